package io.cts.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HintsTest {
  private final String hints = Hints.of(new Settings(Path.of("/data"), 8081, 5001, Map.of(), true, "1GB", true),
      "localhost:9093");

  @Test
  void what_is_up_and_where_is_told() {
    assertThat(hints).contains("http://localhost:5001", "http://localhost:8081", "localhost:9093", "/data/cts.log");
  }

  @Test
  void each_engine_gets_a_piece_of_configuration_that_can_be_copied_as_it_is() {
    assertThat(hints.lines().map(String::strip)).contains("{\"registry-mirrors\": [\"http://localhost:5001\"]}")
        .containsSequence("[[registry]]", "prefix = \"docker.io\"", "location = \"docker.io\"", "[[registry.mirror]]",
            "location = \"localhost:5001/docker.io\"", "insecure = true");
  }

  @Test
  void containerd_is_told_not_to_wait_for_a_mirror_that_is_away() { // pain 10: a dead mirror delays every blob
    assertThat(hints.lines().map(String::strip)).containsSequence("[host.\"http://localhost:5001\"]",
        "capabilities = [\"pull\", \"resolve\"]", "dial_timeout = \"1s\"");
  }
}
