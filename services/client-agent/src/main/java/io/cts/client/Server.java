package io.cts.client;

import java.net.URI;
import picocli.CommandLine.Option;

/** Mixed into commands that speak to CTS: where it is. */
final class Server {
  @Option(names = "--cts", paramLabel = "URL", defaultValue = "${env:CTS_URL:-http://localhost:8080}", description = "Where CTS answers questions (default: ${DEFAULT-VALUE}; environment: CTS_URL).")
  private URI api;

  @Option(names = "--registry", paramLabel = "URL", defaultValue = "${env:CTS_REGISTRY:-http://localhost:5000}", description = "Where CTS serves images (default: ${DEFAULT-VALUE}; environment: CTS_REGISTRY).")
  private URI registry;

  CtsApi api() throws CommandFailed {
    return new CtsApi(checked("--cts", api));
  }

  /** With a slash at the end. */
  URI registry() throws CommandFailed {
    return checked("--registry", registry);
  }

  private static URI checked(String option, URI uri) throws CommandFailed {
    var isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isHttp || uri.getHost() == null) {
      throw new CommandFailed(option + " " + uri + " is no address; write for example http://localhost:8080");
    }
    return uri.toString().endsWith("/") ? uri : URI.create(uri + "/");
  }
}
