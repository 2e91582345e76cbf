package io.cts.blobs;

import static io.cts.blobs.S3Server.BUCKET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3BlobsIT extends BlobStoreContract {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);
  private static S3Server server;
  private static S3Client client;

  @TempDir
  private Path scratch;
  private String prefix;
  private S3Blobs store;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
    client = server.client();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    prefix = "test-" + System.nanoTime();
    store = server.open(prefix, scratch);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Override
  protected BlobPruner store() {
    return store;
  }

  @Override
  protected void assertNothingUnfinished() throws IOException {
    assertThat(ChildProcess.unfinished(scratch)).isEmpty();
    assertThat(client.listMultipartUploads(it -> it.bucket(BUCKET).prefix(prefix)).uploads()).isEmpty();
  }

  @Test
  void an_object_is_named_by_prefix_and_digest() throws Exception {
    var digest = store(CONTENT);

    var object = client.getObjectAsBytes(it -> it.bucket(BUCKET).key(key(digest)));
    assertThat(object.asByteArray()).isEqualTo(CONTENT);
  }

  @Test
  void a_large_blob_goes_in_parts_and_comes_back_from_any_offset() throws Exception {
    var content = new byte[(int) (2 * S3Server.PART_BYTES + 12_345)];
    new Random(1).nextBytes(content);

    var digest = store(content);

    assertThat(client.headObject(it -> it.bucket(BUCKET).key(key(digest))).eTag()).endsWith("-3\"");
    try (var blob = store.open(digest);
        var all = blob.from(0);
        var across = blob.from(S3Server.PART_BYTES - 1);
        var skipping = blob.from(1)) {
      assertThat(Digest.sha256(all.readAllBytes())).isEqualTo(digest);
      assertThat(across.readNBytes(2))
          .containsExactly(content[(int) S3Server.PART_BYTES - 1], content[(int) S3Server.PART_BYTES]);
      skipping.skipNBytes(content.length - 2);
      assertThat(skipping.readAllBytes()).containsExactly(content[content.length - 1]);
    }
    assertNothingUnfinished();
  }

  @Test
  void what_is_there_already_is_not_written_again() throws Exception {
    var content = new byte[(int) S3Server.PART_BYTES + 1];
    for (var bytes : new byte[][]{CONTENT, content}) {
      var digest = store(bytes);
      var written = client.headObject(it -> it.bucket(BUCKET).key(key(digest)));

      store(bytes);

      var now = client.headObject(it -> it.bucket(BUCKET).key(key(digest)));
      assertThat(now.lastModified()).isEqualTo(written.lastModified());
      assertThat(now.eTag()).isEqualTo(written.eTag());
    }
  }

  @Test
  void many_that_store_the_same_blob_at_once_all_succeed() throws Exception {
    var content = new byte[(int) S3Server.PART_BYTES + 1];
    new Random(2).nextBytes(content);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Digest> storing = () -> store(content);
      var stored = Stream.generate(() -> threads.submit(storing)).limit(4).toList();
      for (var digest : stored) {
        assertThat(store.size(digest.get())).hasValue((long) content.length);
      }
    }
    assertNothingUnfinished();
  }

  @Test
  void what_another_process_wrote_is_verified_once() throws Exception {
    var digest = store(CONTENT);
    try (var other = server.open(prefix, scratch)) {
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
  void an_object_that_changed_is_no_longer_verified_and_storing_it_again_repairs_it() throws Exception {
    var digest = store(CONTENT);
    client.putObject(it -> it.bucket(BUCKET).key(key(digest)), RequestBody.fromString("CONTENT"));

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
  void a_blob_that_is_replaced_while_it_is_open_is_missing_rather_than_mixed() throws Exception {
    var digest = store(CONTENT);
    try (var blob = store.open(digest)) {
      client.putObject(it -> it.bucket(BUCKET).key(key(digest)), RequestBody.fromString("CONTENT"));

      assertThatThrownBy(() -> blob.from(3)).isInstanceOf(BlobMissing.class);
    }
  }

  @Test
  void uploads_in_parts_that_nobody_ends_are_removed_when_they_are_old() throws Exception {
    var bucket = new S3Bucket(client, BUCKET, prefix + "/");
    client.createMultipartUpload(it -> it.bucket(BUCKET).key(prefix + "/blobs/sha256/ab/abandoned"));
    client.createMultipartUpload(it -> it.bucket(BUCKET).key("other/" + prefix));

    bucket.removeUploadsBegunBefore(Instant.now().minusSeconds(3600));
    assertThat(client.listMultipartUploads(it -> it.bucket(BUCKET).prefix(prefix)).uploads()).hasSize(1);
    bucket.removeUploadsBegunBefore(Instant.now().plusSeconds(3600));

    assertNothingUnfinished();
    assertThat(client.listMultipartUploads(it -> it.bucket(BUCKET).prefix("other/" + prefix)).uploads()).hasSize(1);
  }

  @Test
  void objects_that_are_not_blobs_are_not_listed() throws Exception {
    store(CONTENT);
    client.putObject(it -> it.bucket(BUCKET).key(prefix + "/blobs/sha256/zz/README"), RequestBody.fromString("mine"));
    client.putObject(it -> it.bucket(BUCKET).key(prefix + "/notes"), RequestBody.fromString("mine"));

    try (var entries = store.list()) {
      assertThat(entries).hasSize(1);
    }
  }

  @Test
  void more_blobs_than_fit_into_one_answer_are_listed() throws Exception {
    for (var number = 0; number < 1_001; number++) {
      var digest = Digest.sha256(new byte[]{(byte) number, (byte) (number >> 8)});
      client.putObject(it -> it.bucket(BUCKET).key(key(digest)), RequestBody.empty());
    }

    try (var entries = store.list()) {
      assertThat(entries).hasSize(1_001);
    }
  }

  @Test
  void a_bucket_that_is_not_there_is_one_clear_error() {
    assertThatThrownBy(() -> S3Blobs.open(server.client(), "no-such-bucket", "", scratch, S3Server.PART_BYTES))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("could not open the blob store in s3://no-such-bucket/: ")
        .hasMessageEndingWith("make the bucket, or name another in CTS_BLOBS");
  }

  @Test
  void a_place_that_is_no_bucket_is_refused() {
    assertThatThrownBy(() -> BlobStore.open("s3:///prefix", scratch)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it names no bucket");
    assertThatThrownBy(() -> BlobStore.open("gs://bucket", scratch)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("s3://BUCKET");
  }

  private String key(Digest digest) {
    return prefix + "/" + S3Blobs.name(digest);
  }
}
