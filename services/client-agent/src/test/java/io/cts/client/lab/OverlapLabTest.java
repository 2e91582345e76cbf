package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cts.client.CommandRun;
import io.cts.client.Json;
import io.cts.codec.Codecs;
import io.cts.contract.CodecFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OverlapLabTest {
  @TempDir
  private Path folder;

  @Test
  void what_was_seen_before_counts_once_and_only_chunks_cut_by_content_find_what_moved() throws Exception {
    var content = new byte[2_000_000];
    new Random(5).nextBytes(content);
    var layer = Files.write(folder.resolve("layer"), content);
    var moved = new byte[content.length + 1];
    System.arraycopy(content, 0, moved, 1, content.length);
    var shifted = folder.resolve("shifted.gz");
    try (var out = Codecs.of(CodecFamily.GZIP).encoder(Files.newOutputStream(shifted), 1)) {
      out.write(moved);
    }

    var figures = figures(layer.toString(), layer.toString(), shifted.toString());

    assertThat(figure(figures, "all layers").path("value").asDouble()).isCloseTo(6, within(0.01));
    assertThat(figure(figures, "each layer once").path("value").asDouble()).isCloseTo(4, within(0.01));
    assertThat(figure(figures, "each file once").path("value").asDouble()).isCloseTo(6, within(0.01)); // they are no tars
    var chunks = figure(figures, "each chunk of about 16 KiB once");
    assertThat(chunks.path("peer").asString()).isEqualTo("fixed");
    assertThat(chunks.path("peer_value").asDouble()).isCloseTo(4, within(0.01));
    assertThat(chunks.path("value").asDouble()).isBetween(2.0, 2.2);
  }

  @Test
  void a_layer_that_is_not_there_is_named() {
    var run = CommandRun.of("lab", "overlap", folder.resolve("none").toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("none");
  }

  private static JsonNode figure(Map<String, JsonNode> figures, String name) {
    return Objects.requireNonNull(figures.get(name), () -> "no figure \"" + name + "\" in " + figures.keySet());
  }

  private static Map<String, JsonNode> figures(String... layers) {
    var arguments = new ArrayList<>(List.of("lab", "overlap", "--json"));
    arguments.addAll(List.of(layers));
    var figures = new HashMap<String, JsonNode>();
    CommandRun.of(arguments.toArray(String[]::new))
        .out()
        .lines()
        .map(Json.MAPPER::readTree)
        .filter(line -> line.has("figure"))
        .forEach(line -> figures.put(line.path("figure").asString(), line));
    return figures;
  }
}
