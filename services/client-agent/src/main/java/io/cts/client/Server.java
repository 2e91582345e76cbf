package io.cts.client;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Mixed into commands that speak to CTS: where it is. An option tells before the environment; where only one of the two
 * addresses is told, and it is another machine's, the other is taken to be at the usual port there. Nothing told, it is
 * what {@code cts up} wrote down, or the usual ports of this machine.
 */
public final class Server {
  private static final int API_PORT = 8080;
  private static final int REGISTRY_PORT = 5000;
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  @Option(names = {"--api",
      "--cts"}, paramLabel = "URL", description = "Where CTS answers questions (default: where \"cts up\" runs, else"
          + " port 8080 of --registry's machine; environment: CTS_API).")
  private @Nullable String api;

  @Option(names = "--registry", paramLabel = "URL", description = "Where CTS serves images (default: where \"cts up\" runs,"
      + " else port 5000 of --api's machine; environment: CTS_REGISTRY).")
  private @Nullable String registry;

  public CtsApi api() throws CommandFailed {
    return new CtsApi(address(Told.API, Told.REGISTRY, RunFile.read().api(), API_PORT));
  }

  /** With a slash at the end. */
  public URI registry() throws CommandFailed {
    return address(Told.REGISTRY, Told.API, RunFile.read().registry(), REGISTRY_PORT);
  }

  private enum Told {
    API("--api", "CTS_API"), REGISTRY("--registry", "CTS_REGISTRY");

    private final String option;
    private final String environment;

    Told(String option, String environment) {
      this.option = option;
      this.environment = environment;
    }

    private @Nullable URI of(Server server) throws CommandFailed {
      var said = this == API ? server.api : server.registry;
      var text = said != null ? said : System.getenv(environment);
      return text == null || text.isBlank() ? null : checked(option, text);
    }
  }

  private URI address(Told wanted, Told other, @Nullable String running, int port) throws CommandFailed {
    var told = wanted.of(this);
    if (told != null) {
      return told;
    }
    var beside = other.of(this);
    if (beside != null && !THIS_MACHINE.contains(beside.getHost())) {
      return URI.create(beside.getScheme() + "://" + beside.getHost() + ":" + port + "/");
    }
    return checked(wanted.option, running == null ? "http://127.0.0.1:" + port : running);
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
