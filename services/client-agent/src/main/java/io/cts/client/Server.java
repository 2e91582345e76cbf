package io.cts.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Mixed into commands that speak to CTS: where it is. An option tells before the environment, that before what
 * {@code cts up} wrote down, that before the usual port.
 */
public final class Server {
  private static final String API = "http://127.0.0.1:8080";
  private static final String REGISTRY = "http://127.0.0.1:5000";

  @Option(names = {"--api",
      "--cts"}, paramLabel = "URL", description = "Where CTS answers questions (default: where \"cts up\" runs, else "
          + API
          + "; environment: CTS_API).")
  private @Nullable String api;

  @Option(names = "--registry", paramLabel = "URL", description = "Where CTS serves images (default: where \"cts up\" runs, else "
      + REGISTRY
      + "; environment: CTS_REGISTRY).")
  private @Nullable String registry;

  public CtsApi api() throws CommandFailed {
    return new CtsApi(checked("--api", first(api, System.getenv("CTS_API"), RunFile.read().api(), API)));
  }

  /** With a slash at the end. */
  public URI registry() throws CommandFailed {
    return checked("--registry", first(registry, System.getenv("CTS_REGISTRY"), RunFile.read().registry(), REGISTRY));
  }

  /** The first that is said; {@code otherwise} where none is. */
  public static String first(@Nullable String option, @Nullable String environment, @Nullable String running,
      String otherwise) {
    if (option != null) {
      return option;
    }
    if (environment != null && !environment.isBlank()) {
      return environment;
    }
    return running == null ? otherwise : running;
  }

  private static URI checked(String option, String text) throws CommandFailed {
    try {
      var uri = URI.create(text);
      var isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (isHttp && uri.getHost() != null) {
        return text.endsWith("/") ? uri : URI.create(text + "/");
      }
      throw new CommandFailed(Cts.MISUSED, refused(option, text));
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(Cts.MISUSED, refused(option, text), e);
    }
  }

  private static String refused(String option, String text) {
    return option + " " + text + " is no address; write for example http://localhost:8080";
  }
}
