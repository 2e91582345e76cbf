package io.cts.client.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskProbeTest {
  @TempDir
  Path folder;

  @Test
  void what_it_wrote_is_gone_afterwards() throws IOException {
    assertThat(new DiskProbe(folder).writeMBps()).isPositive().isFinite();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_folder_that_is_not_there_is_said_and_nothing_is_made_up() {
    var nowhere = folder.resolve("nowhere");

    assertThatThrownBy(() -> new DiskProbe(nowhere).writeMBps()).isInstanceOf(IOException.class)
        .hasMessageContaining("tried to write to " + nowhere)
        .hasMessageContaining("--store");
  }
}
