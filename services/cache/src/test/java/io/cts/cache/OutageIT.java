package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import io.cts.messaging.testing.Broker;
import io.cts.messaging.testing.DatabaseAway;
import org.junit.jupiter.api.Test;

/** Serving waits for nobody: what is known is served while Kafka or Postgres is away. */
class OutageIT extends CacheWithUpstream {

  @Test
  void a_known_image_and_a_new_one_are_served_without_kafka(Broker broker) throws Exception {
    var known = TestImage.gzip(31, 1, 16);
    var unknown = TestImage.gzip(32, 1, 16);
    UPSTREAM.push("known", known);
    UPSTREAM.push("unknown", unknown);
    expectPull("known", known);

    broker.stop();
    try {
      expectPull("known", known);
      expectPull("unknown", unknown);
    } finally {
      broker.start();
    }
  }

  @Test
  void a_known_image_and_a_new_one_are_served_without_postgres() throws Exception {
    var known = TestImage.gzip(33, 1, 16);
    var unknown = TestImage.gzip(34, 1, 16);
    UPSTREAM.push("known-too", known);
    UPSTREAM.push("unknown-too", unknown);
    expectPull("known-too", known);

    try (var _ = DatabaseAway.now()) {
      expectPull("known-too", known);
      expectPull("unknown-too", unknown);
    }
  }

  private void expectPull(String tag, TestImage image) throws Exception {
    var docker = Client.docker(port);
    var name = "/v2/test.local/outage/app/";
    assertThat(docker.get(name + "manifests/" + tag).body()).isEqualTo(image.manifest.bytes());
    for (var layer : image.layers) {
      assertThat(Digest.sha256(docker.get(name + "blobs/" + layer).body())).isEqualTo(layer);
    }
  }
}
