package io.cts.client.images;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Server;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Mixed into commands that ask what CTS holds of an image. */
final class ImageQuestion {
  @Parameters(paramLabel = "IMAGE", description = "As one types it for docker.")
  private String image;
  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Which image of an index, such as linux/arm64 (default: linux/amd64).")
  private @Nullable String platform;
  @Mixin
  private Server server;

  JsonNode ask() throws CommandFailed {
    return server.api()
        .get("v1/images?image=" + CtsApi.segment(image)
            + (platform == null ? "" : "&platform=" + CtsApi.segment(platform)));
  }
}
