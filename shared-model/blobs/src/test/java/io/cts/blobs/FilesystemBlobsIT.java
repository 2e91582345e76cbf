package io.cts.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemBlobsIT {
  @TempDir
  private Path root;

  @Test
  void what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not() throws Exception {
    var killed = ChildProcess.start(root, 64, "unlimited");
    assertThat(killed.inputReader().readLine()).isEqualTo("written");
    killed.destroyForcibly().waitFor();
    assertThat(ChildProcess.unfinished(root)).hasSize(1);
    var living = ChildProcess.start(root, 64, "unlimited");
    assertThat(living.inputReader().readLine()).isEqualTo("written");

    try (var store = new FilesystemBlobs(root)) {
      assertThat(ChildProcess.unfinished(root)).hasSize(1);
      living.outputWriter().append('\n').flush();
      assertThat(living.inputReader().readLine()).isEqualTo("committed");
      assertThat(store.size(Digest.sha256(new byte[64 * 1024]))).hasValue(64 * 1024L);
    } finally {
      living.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_full_disk_is_one_clear_error_and_leaves_nothing_half_written() throws Exception {
    var child = ChildProcess.start(root, 4096, "1024");
    try {
      var said = child.inputReader().readLine();

      assertThat(said).startsWith("could not store a blob after ").contains(root.toString(), "check space");
      assertThat(ChildProcess.unfinished(root)).isEmpty();
      try (var blobs = Files.walk(root.resolve("blobs"))) {
        assertThat(blobs.filter(Files::isRegularFile)).isEmpty();
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}
