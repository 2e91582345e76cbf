package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobReader;
import io.cts.blobs.BlobWriter;
import io.cts.blobs.S3Server;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cache processes whose blobs lie in S3, each with a scratch folder of its own. */
@WithKafkaAndPostgres
class S3IT {
  private static final TestRegistry UPSTREAM = TestRegistry.open();
  @TempDir
  private static Path folder;
  private static S3Server s3;
  private static CacheProcess one;
  private static CacheProcess other;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start();
    s3.settings().forEach(System::setProperty);
    one = process("one");
    other = process("other");
  }

  @AfterAll
  static void stop() throws Exception {
    one.close();
    other.close();
    s3.settings().keySet().forEach(System::clearProperty);
    s3.close();
    UPSTREAM.close();
  }

  private static CacheProcess process(String name) {
    return CacheProcess.start(name, UPSTREAM, "--CTS_BLOBS=s3://" + S3Server.BUCKET + "/blobs-of-cts",
        "--CTS_SCRATCH=" + folder.resolve(name));
  }

  @Test
  void an_image_is_stored_encoded_and_served_by_every_process_without_a_file_of_its_own(TopicReader topics)
      throws Exception {
    var image = TestImage.gzip(81, 3, 64);
    UPSTREAM.push("in-s3", image);

    var ready = new Announcements(topics, one.bean(BlobWriter.class)).ready("test.local/in-s3/app:in-s3", image,
        Encoding.zstd(3));
    try (var stored = one.bean(BlobReader.class).open(image.layers.getFirst())) {
      assertThat(stored.file()).as("a file of this machine").isEmpty();
    }

    for (var process : List.of(one, other)) {
      var containerd = Client.containerd(process.port());
      for (var form : ready.forms()) {
        var manifest = containerd.get("/v2/test.local/in-s3/app/manifests/" + form.manifest()).body();
        assertThat(Digest.sha256(manifest)).isEqualTo(form.manifest());
        for (var layer : Manifest.parse(RawManifest.of(MediaTypes.OCI_MANIFEST, manifest)).layers()) {
          for (var time = 0; time < 2; time++) { // the first is hashed on the way, the second is known to be right
            var blob = containerd.get("/v2/test.local/in-s3/app/blobs/" + layer.digest());
            assertThat(Digest.sha256(Client.decoded(blob))).isEqualTo(layer.digest());
          }
        }
      }
    }
    for (var layer : image.layers) {
      assertThat(UPSTREAM.requestsFor("GET /v2/in-s3/app/blobs/" + layer)).isOne();
    }
    // an upload's file goes when its end has been noted, the snapshot is written aside
    await().untilAsserted(() -> {
      try (var files = Files.walk(folder)) {
        assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
            .containsOnly("lock", "known.jsonl.gz");
      }
    });
  }

  @Test
  void a_process_that_comes_later_serves_what_is_there_without_asking_the_upstream(TopicReader topics)
      throws Exception {
    var image = TestImage.gzip(82, 2, 64);
    UPSTREAM.push("later", image);
    new Announcements(topics, one.bean(BlobWriter.class)).ready("test.local/later/app:later", image);

    try (var late = process("late")) {
      var docker = Client.docker(late.port());
      for (var layer : image.layers) {
        var blob = docker.get("/v2/test.local/later/app/blobs/" + layer);
        assertThat(Digest.sha256(blob.body())).isEqualTo(layer);
        var part = docker.get("/v2/test.local/later/app/blobs/" + layer, "Range", "bytes=100-199");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(blob.body(), 100, 200));
        assertThat(UPSTREAM.requestsFor("GET /v2/later/app/blobs/" + layer)).isOne();
      }
    }
  }
}
