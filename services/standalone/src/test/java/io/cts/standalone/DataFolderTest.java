package io.cts.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @Test
  void a_folder_is_held_by_one_at_a_time(@TempDir Path folder) throws Exception {
    try (var _ = DataFolder.hold(folder)) {
      assertThatThrownBy(() -> DataFolder.hold(folder)).isInstanceOf(IOException.class)
          .hasMessageContaining("another CTS is running")
          .hasMessageContaining("--data");
    }
    DataFolder.hold(folder).close();
  }

  @Test
  void a_folder_that_cannot_be_made_is_told(@TempDir Path folder) throws Exception {
    var file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> DataFolder.hold(file.resolve("below"))).isInstanceOf(IOException.class)
        .hasMessageContaining("could not make the data folder")
        .hasMessageContaining("--data");
  }

  @Test
  void a_folder_that_cannot_be_written_is_told(@TempDir Path folder) throws Exception {
    Files.createDirectory(folder.resolve("lock")); // what root cannot open for writing either

    assertThatThrownBy(() -> DataFolder.hold(folder)).isInstanceOf(IOException.class)
        .hasMessageContaining("could not write into the data folder " + folder)
        .hasMessageContaining("--data");
  }

  @Test
  void a_process_that_is_no_postgresql_is_left_alone(@TempDir Path folder) throws Exception {
    try (var held = DataFolder.hold(folder)) {
      var data = Files.createDirectories(folder.resolve("postgres/data"));
      Files.writeString(data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n" + data + "\n");

      held.endOrphanedPostgresql();

      assertThat(ProcessHandle.current().isAlive()).isTrue();
    }
  }
}
