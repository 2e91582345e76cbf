package io.cts.client.cache;

import static io.cts.client.Quantities.bytes;

import io.cts.client.CommandFailed;
import io.cts.client.Output;
import io.cts.client.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** How much of what is stored is there more than once. */
@Command(name = "stats", mixinStandardHelpOptions = true, description = "Tells how much the images share: whole layers, files in layers that differ, and chunks of packed layers.", footer = {
    "", "Example:", "  cts cache stats --json"})
final class CacheStats implements Callable<Integer> {
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var stats = server.api().get("v1/cache/stats");
    output.object(stats);
    lines(stats).forEach(output::line);
    return 0;
  }

  static List<String> lines(JsonNode stats) {
    var lines = new ArrayList<String>();
    lines.add(
        stats.path("images").asLong() + " images, " + bytes(stats.path("imageBytes")) + " of layers; the store takes "
            + bytes(stats.path("storedBytes")));
    lines.add("by layer: " + stats.path("layers").asLong() + " layers, " + shared(stats, "imageBytes", "layerBytes"));
    if (stats.path("indexedLayers").asLong() > 0) {
      lines.add("by file: in " + stats.path("indexedLayers").asLong() + " of them, "
          + shared(stats, "fileBytes", "uniqueFileBytes"));
    } else {
      lines.add("by file: not known, no layer was read by an image-probe that makes indexes");
    }
    if (stats.path("packedLayers").asLong() > 0) {
      lines.add("by chunk: " + stats.path("packedLayers").asLong() + " layers that nobody asked for lately are packed, "
          + shared(stats, "packedBytes", "chunkBytes") + "; that takes " + bytes(stats.path("packBytes")));
    }
    return lines;
  }

  private static String shared(JsonNode stats, String all, String once) {
    var ratio = stats.path(all).asDouble() / Math.max(1, stats.path(once).asDouble());
    return bytes(stats.path(once)) + " of " + bytes(stats.path(all)) + " once ("
        + String.format(Locale.ROOT, "%.2f", ratio) + " to 1)";
  }
}
