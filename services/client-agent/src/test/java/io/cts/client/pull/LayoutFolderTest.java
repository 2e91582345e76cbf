package io.cts.client.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutFolderTest {
  private static final byte[] BLOB = "a blob".getBytes(UTF_8);

  @TempDir
  Path folder;

  private Path part(String name, Duration age) throws IOException {
    var blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
    var part = Files.writeString(blobs.resolve(".part-" + name), "the beginning of one");
    Files.setLastModifiedTime(part, FileTime.from(Instant.now().minus(age)));
    return part;
  }

  @Test
  void what_a_pull_left_that_was_killed_goes_after_a_day() throws IOException {
    var abandoned = part("of-yesterday", Duration.ofHours(25));
    var underWay = part("of-another-pull", Duration.ofMinutes(5));
    var layout = new LayoutFolder(folder, "app:1");

    try (var slot = layout.slot(Digest.sha256(BLOB))) {
      slot.out().write(BLOB);
      slot.keep();
    }

    assertThat(abandoned).doesNotExist();
    assertThat(underWay).exists();
    assertThat(layout.holds(Digest.sha256(BLOB))).isTrue();
  }
}
