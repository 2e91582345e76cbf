package io.cts.client.images;

import java.util.List;
import java.util.Locale;

/** The images that CTS is made of, each with what the Dockerfile wants to know. */
enum OwnImage {
  PROBE_RECEIVER(8080), IMAGE_PROBE(8081), DECISION(8082), COMPRESSION_WORKER(8083), CACHE(5000),
  FEEDBACK_COLLECTOR(8085), AGENT(0);

  private final int port;

  OwnImage(int port) {
    this.port = port;
  }

  List<String> arguments() {
    return this == AGENT
        ? List.of("--target", "agent")
        : List.of("--build-arg", "SERVICE=" + this, "--build-arg", "PORT=" + port);
  }

  /**
   * What a change of code makes anew.
   *
   * @param history of an image, {@code SIZE COMMAND} a line, the layer on top first
   */
  static long ownBytes(String history) {
    return history.lines()
        .filter(line -> line.contains("COPY /dated/") || line.contains("/staged/agent/lib "))
        .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
        .sum();
  }

  /** As one types it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
