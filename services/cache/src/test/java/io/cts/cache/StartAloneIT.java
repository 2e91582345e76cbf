package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobWriter;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.learning.Learner;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.messaging.testing.Broker;
import io.cts.messaging.testing.DatabaseAway;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cache starts without its database and without Kafka, serves what it knows, and goes on when they come. */
@WithKafkaAndPostgres
class StartAloneIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final TestRegistry upstream = TestRegistry.open();

  @AfterEach
  void close() {
    upstream.close();
  }

  @Test
  void known_images_are_served_after_a_start_without_anybody_and_the_pipeline_goes_on_when_they_come(Broker broker,
      TopicReader topics) throws Exception {
    var known = TestImage.gzip(61, 2, 64);
    var fresh = TestImage.gzip(62, 1, 64);
    var later = TestImage.gzip(63, 1, 64);
    upstream.push("known", known);
    upstream.push("fresh", fresh);
    upstream.push("later", later);
    byte[] answered;
    try (var first = CacheProcess.start("alone", upstream)) {
      new Announcements(topics, first.bean(BlobWriter.class)).ready("test.local/alone/app:known", known,
          Encoding.zstd(3));
      answered = expectPull(first, "known", known);
    }

    broker.stop();
    try (var away = DatabaseAway.now(); var again = CacheProcess.start("alone", upstream)) {
      assertThat(health(again)).contains("\"status\":\"DEGRADED\"", "\"database\"", "\"kafka\"", "\"why\"");
      upstream.failWith = 503;
      assertThat(expectPull(again, "known", known)).isEqualTo(answered);
      for (var form : Form.values()) {
        expectForm(again, form, known);
      }
      upstream.heal();
      assertThat(expectPull(again, "fresh", fresh)).isEqualTo(fresh.manifest.bytes());

      away.close();
      broker.start();

      await().atMost(PATIENCE).until(() -> again.bean(Learner.class).isInStep());
      var ready = new Announcements(topics, again.bean(BlobWriter.class)).ready("test.local/alone/app:later", later,
          Encoding.zstd(3));
      assertThat(ready.forms()).hasSize(3);
      await().atMost(PATIENCE)
          .untilAsserted(() -> assertThat(health(again)).startsWith("{\"components\"")
              .doesNotContain("DEGRADED"));
    } finally {
      broker.start();
    }
  }

  private static String health(CacheProcess cache) throws Exception {
    return new String(Client.docker(cache.port()).get("/actuator/health").body(), UTF_8);
  }

  /** Returns the manifest that the tag was answered with. */
  private static byte[] expectPull(CacheProcess cache, String tag, TestImage image) throws Exception {
    var containerd = Client.containerd(cache.port());
    var name = "/v2/test.local/alone/app/";
    var manifest = containerd.get(name + "manifests/" + tag);
    assertThat(manifest.statusCode()).as(new String(manifest.body(), UTF_8)).isEqualTo(200);
    for (var layer : image.layers) {
      assertThat(Digest.sha256(containerd.get(name + "blobs/" + layer).body())).isEqualTo(layer);
    }
    return manifest.body();
  }

  private static void expectForm(CacheProcess cache, Form form, TestImage image) throws Exception {
    var catalog = cache.bean(Catalog.class);
    var digest = form == Form.ORIGINAL
        ? image.manifest.digest()
        : catalog.made(image.manifest.digest(), form).orElseThrow().digest();
    var answer = Client.containerd(cache.port()).get("/v2/test.local/alone/app/manifests/" + digest);
    assertThat(Digest.sha256(answer.body())).isEqualTo(digest);
  }
}
