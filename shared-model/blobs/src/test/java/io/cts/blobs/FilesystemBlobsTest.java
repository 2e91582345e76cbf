package io.cts.blobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemBlobsTest extends BlobStoreContract {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  @TempDir
  private Path root;
  private FilesystemBlobs store;

  @BeforeEach
  void open() throws IOException {
    store = new FilesystemBlobs(root);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Override
  protected BlobPruner store() {
    return store;
  }

  @Override
  protected void assertNothingUnfinished() throws IOException {
    assertThat(ChildProcess.unfinished(root)).isEmpty();
  }

  @Test
  void a_blob_lies_below_the_first_two_digits_of_its_digest() throws Exception {
    var digest = store(CONTENT);

    assertThat(root.resolve("blobs/sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex()))
        .hasBinaryContent(CONTENT);
  }

  @Test
  void an_open_blob_is_read_after_its_removal() throws Exception {
    var digest = store(CONTENT);
    try (var blob = store.open(digest)) {
      store.delete(digest);

      try (var in = blob.from(1)) {
        assertThat(in.readAllBytes()).isEqualTo("ontent".getBytes(UTF_8));
      }
    }
  }

  @Test
  void a_file_that_another_process_wrote_is_verified_once() throws Exception {
    var digest = store(CONTENT);
    try (var other = new FilesystemBlobs(root)) {
      try (var blob = other.open(digest)) {
        assertThat(blob.verified()).isFalse();
        blob.markVerified();
      }
      try (var blob = other.open(digest)) {
        assertThat(blob.verified()).isTrue();
      }
    }
  }

  @Test
  void a_file_that_changed_is_no_longer_verified_and_storing_it_again_repairs_it() throws Exception {
    var digest = store(CONTENT);
    var file = store.path(digest);
    Files.write(file, "CONTENT".getBytes(UTF_8));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    try (var blob = store.open(digest)) {
      assertThat(blob.verified()).isFalse();
    }
    store(CONTENT);
    try (var blob = store.open(digest); var in = blob.from(0)) {
      assertThat(blob.verified()).isTrue();
      assertThat(in.readAllBytes()).isEqualTo(CONTENT);
    }
  }

  @Test
  void a_second_store_of_this_process_leaves_running_uploads_alone() throws Exception {
    try (var upload = store.begin(); var other = new FilesystemBlobs(root)) {
      upload.write(CONTENT, 0, CONTENT.length);
      upload.commit(Digest.sha256(CONTENT));

      assertThat(other.size(Digest.sha256(CONTENT))).hasValue((long) CONTENT.length);
    }
  }

  @Test
  void files_that_are_not_blobs_are_not_listed() throws Exception {
    store(CONTENT);
    Files.createDirectories(root.resolve("blobs/sha256/zz"));
    Files.writeString(root.resolve("blobs/sha256/zz/README"), "not mine");

    try (var entries = store.list()) {
      assertThat(entries).hasSize(1);
    }
  }
}
