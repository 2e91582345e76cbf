package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {

  @Test
  void a_folder_without_one_says_nothing(@TempDir Path data) throws Exception {
    assertThat(RunFile.read(data)).isEqualTo(new RunFile(null, null, null));
  }

  @Test
  void it_says_where_cts_up_runs_and_may_say_more(@TempDir Path data) throws Exception {
    write(data, "{\"api\": \"http://127.0.0.1:18080\", \"kafka\": \"127.0.0.1:19092\", \"pid\": 7}");

    assertThat(RunFile.read(data)).isEqualTo(new RunFile("http://127.0.0.1:18080", null, "127.0.0.1:19092"));
  }

  @Test
  void one_that_is_broken_is_told_with_a_way_round(@TempDir Path data) throws Exception {
    write(data, "{");

    assertThatThrownBy(() -> RunFile.read(data)).isInstanceOf(CommandFailed.class)
        .hasMessageContaining("run.json")
        .hasMessageContaining("say them with --api");
  }

  @Test
  void an_option_tells_before_the_environment_and_that_before_the_file() {
    assertThat(Server.first("option", "environment", "running", "usual")).isEqualTo("option");
    assertThat(Server.first(null, "environment", "running", "usual")).isEqualTo("environment");
    assertThat(Server.first(null, "", "running", "usual")).isEqualTo("running");
    assertThat(Server.first(null, null, null, "usual")).isEqualTo("usual");
  }

  private static void write(Path data, String json) throws IOException {
    Files.writeString(data.resolve("run.json"), json);
  }
}
