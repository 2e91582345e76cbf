package io.cts.blobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every blob store does; each implementation runs these tests. */
public abstract class BlobStoreContract {
  private static final byte[] HELLO = "hello, layer".getBytes(UTF_8);

  /** The store under test, empty at the beginning of each test. */
  protected abstract BlobPruner store();

  @Test
  void what_was_committed_is_read_back() throws Exception {
    for (var size : new int[]{0, 1, 4096, 3_000_001}) {
      var content = random(size, size);
      var digest = store(content);

      try (var blob = store().open(digest); var in = blob.from(0)) {
        assertThat(blob.digest()).isEqualTo(digest);
        assertThat(blob.sizeBytes()).isEqualTo(size);
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
      assertThat(store().size(digest)).hasValue((long) size);
    }
  }

  @Test
  void bytes_are_read_from_any_offset_to_the_end() throws Exception {
    var content = random(200_000, 1);
    try (var blob = store().open(store(content))) {
      for (var offset : new int[]{0, 1, 65_536, 199_999, 200_000}) {
        try (var in = blob.from(offset)) {
          assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, offset, content.length));
        }
      }
    }
  }

  @Test
  void two_streams_of_one_blob_do_not_disturb_each_other() throws Exception {
    try (var blob = store().open(store(HELLO)); var first = blob.from(0); var second = blob.from(0)) {
      assertThat(first.readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
      assertThat(second.readNBytes(12)).isEqualTo(HELLO);
      assertThat(first.readNBytes(7)).isEqualTo(", layer".getBytes(UTF_8));
    }
  }

  @Test
  void a_blob_that_is_not_stored_is_missing() throws Exception {
    var digest = Digest.sha256(HELLO);

    assertThat(store().size(digest)).isEmpty();
    assertThatThrownBy(() -> store().open(digest)).isInstanceOfSatisfying(BlobMissing.class,
        missing -> assertThat(missing.digest()).isEqualTo(digest));
  }

  @Test
  void nothing_is_visible_before_the_commit() throws Exception {
    try (var upload = store().begin()) {
      upload.write(HELLO, 0, HELLO.length);

      assertThat(upload.sizeBytes()).isEqualTo(HELLO.length);
      assertThat(upload.digest()).isEqualTo(Digest.sha256(HELLO));
      assertThat(store().size(Digest.sha256(HELLO))).isEmpty();
      assertThat(listed()).isEmpty();
    }
  }

  @Test
  void an_upload_closed_without_a_commit_leaves_nothing() throws Exception {
    try (var upload = store().begin()) {
      upload.write(HELLO, 0, HELLO.length);
    }

    assertThat(listed()).isEmpty();
    assertNothingUnfinished();
  }

  @Test
  void bytes_that_do_not_hash_to_the_digest_are_not_kept() throws Exception {
    var other = Digest.sha256("something else".getBytes(UTF_8));
    try (var upload = store().begin()) {
      upload.write(HELLO, 0, HELLO.length);

      assertThatThrownBy(() -> upload.commit(other)).isInstanceOfSatisfying(BlobCorrupt.class, corrupt -> {
        assertThat(corrupt.expected()).isEqualTo(other);
        assertThat(corrupt.actual()).isEqualTo(Digest.sha256(HELLO));
      });
    }

    assertThat(listed()).isEmpty();
    assertNothingUnfinished();
  }

  @Test
  void storing_a_blob_twice_succeeds() throws Exception {
    assertThat(store(HELLO)).isEqualTo(store(HELLO));
    assertThat(listed()).containsExactly(new BlobPruner.Entry(Digest.sha256(HELLO), HELLO.length));
    assertNothingUnfinished();
  }

  @Test
  void a_blob_may_be_named_by_sha512() throws Exception {
    var digest = Digest.parse("sha512:" + "2d4ce3b1c4d4d5f4e3c5f8cb1d8d8a5f".repeat(4));
    try (var upload = store().begin()) {
      upload.write(HELLO, 0, HELLO.length);
      assertThatThrownBy(() -> upload.commit(digest)).isInstanceOf(BlobCorrupt.class);
    }

    var right = new Digest(Digest.Algorithm.SHA512,
        HexFormat.of().formatHex(Digest.Algorithm.SHA512.newHash().digest(HELLO)));
    try (var upload = store().begin()) {
      upload.write(HELLO, 0, HELLO.length);
      upload.commit(right);
    }
    assertThat(store().size(right)).hasValue((long) HELLO.length);
  }

  @Test
  void a_removed_blob_is_gone_but_for_who_reads_it() throws Exception {
    var digest = store(HELLO);
    try (var blob = store().open(digest); var in = blob.from(0)) {
      assertThat(store().delete(digest)).isTrue();

      assertThat(in.readAllBytes()).isEqualTo(HELLO);
    }
    assertThat(store().size(digest)).isEmpty();
    assertThat(store().delete(digest)).isFalse();
  }

  @Test
  void all_blobs_are_listed_with_their_sizes() throws Exception {
    var first = store(random(10, 1));
    var second = store(random(20, 2));

    assertThat(listed()).containsExactlyInAnyOrder(new BlobPruner.Entry(first, 10), new BlobPruner.Entry(second, 20));
  }

  @Test
  void what_this_process_wrote_is_verified() throws Exception {
    try (var blob = store().open(store(HELLO))) {
      assertThat(blob.verified()).isTrue();
    }
  }

  @Test
  void many_followers_read_all_that_is_written_whatever_their_offset() throws Exception {
    var content = random(2_000_000, 7);
    try (var followers = Executors.newVirtualThreadPerTaskExecutor(); var upload = store().begin()) {
      var read = new ArrayList<Future<byte[]>>();
      for (var follower = 0; follower < 20; follower++) {
        var in = upload.follow(follower * 100_000L, 65_536);
        read.add(followers.submit(reading(in)));
      }
      for (var offset = 0; offset < content.length; offset += 10_000) {
        upload.write(content, offset, 10_000);
      }
      upload.commit(Digest.sha256(content));
      for (var follower = 0; follower < 20; follower++) {
        assertThat(read.get(follower).get())
            .isEqualTo(Arrays.copyOfRange(content, follower * 100_000, content.length));
      }
    }
  }

  @Test
  void a_follower_gets_the_last_bytes_only_after_the_commit() throws Exception {
    try (var followers = Executors.newVirtualThreadPerTaskExecutor(); var upload = store().begin()) {
      var in = upload.follow(0, 5);
      upload.write(HELLO, 0, HELLO.length);
      assertThat(in.readNBytes(7)).isEqualTo("hello, ".getBytes(UTF_8));

      var reading = new CountDownLatch(1);
      var rest = followers.submit(() -> {
        reading.countDown();
        return in.readAllBytes();
      });
      reading.await();
      assertThat(rest.isDone()).isFalse();
      upload.commit(Digest.sha256(HELLO));

      assertThat(rest.get()).isEqualTo("layer".getBytes(UTF_8));
    }
  }

  @Test
  void a_follower_that_comes_after_the_commit_reads_the_blob() throws Exception {
    try (var upload = store().begin()) {
      upload.write(HELLO, 0, HELLO.length);
      upload.commit(Digest.sha256(HELLO));

      assertThat(reading(upload.follow(7, 1000)).call()).isEqualTo("layer".getBytes(UTF_8));
    }
  }

  @Test
  void a_follower_that_comes_after_all_is_done_reads_the_blob() throws Exception {
    var upload = store().begin();
    try (upload) {
      upload.write(HELLO, 0, HELLO.length);
      upload.commit(Digest.sha256(HELLO));
    }

    assertThat(reading(upload.follow(7, 1000)).call()).isEqualTo("layer".getBytes(UTF_8));
  }

  @Test
  void a_follower_learns_why_an_upload_was_given_up() throws Exception {
    try (var followers = Executors.newVirtualThreadPerTaskExecutor(); var upload = store().begin()) {
      var read = followers.submit(reading(upload.follow(0, 5)));
      upload.write(HELLO, 0, HELLO.length);
      upload.abort(new IOException("upstream hung up"));

      assertThatThrownBy(read::get).isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessageContaining("upstream hung up")
          .hasRootCauseMessage("upstream hung up");
      assertThatThrownBy(() -> upload.write(HELLO, 0, 1)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> upload.commit(Digest.sha256(HELLO))).isInstanceOf(IOException.class);
    }
    assertNothingUnfinished();
  }

  @Test
  void a_follower_never_sees_the_end_of_a_wrong_blob() throws Exception {
    try (var followers = Executors.newVirtualThreadPerTaskExecutor(); var upload = store().begin()) {
      var read = followers.submit(reading(upload.follow(0, 5)));
      upload.write(HELLO, 0, HELLO.length);
      assertThatThrownBy(() -> upload.commit(Digest.sha256(new byte[0]))).isInstanceOf(BlobCorrupt.class);

      assertThatThrownBy(read::get).hasRootCauseInstanceOf(BlobCorrupt.class);
    }
  }

  @Test
  void a_follower_learns_that_an_upload_was_closed() throws Exception {
    InputStream in;
    try (var upload = store().begin()) {
      in = upload.follow(0, 0);
      upload.write(HELLO, 0, HELLO.length);
    }

    assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("closed before");
  }

  /** Fails if anything of an upload that has ended is left. */
  protected abstract void assertNothingUnfinished() throws IOException;

  protected final Digest store(byte[] content) throws IOException {
    try (var upload = store().begin()) {
      upload.write(content, 0, content.length);
      var digest = upload.digest();
      upload.commit(digest);
      return digest;
    }
  }

  private static Callable<byte[]> reading(InputStream in) {
    return () -> {
      try (in) {
        return in.readAllBytes();
      }
    };
  }

  private List<BlobPruner.Entry> listed() throws IOException {
    try (var entries = store().list()) {
      return entries.toList();
    }
  }

  private static byte[] random(int size, long seed) {
    var content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
