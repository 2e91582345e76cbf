package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.cts.cache.catalog.Catalog;
import io.cts.contract.Digest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Layers that nobody has read yet, asked for by an agent as what they decode to. */
class FirstPullsIT extends CacheWithUpstream {
  @Autowired
  private Catalog catalog;

  @Test
  void a_layer_is_sent_as_zstd_while_it_comes_and_stays_so() throws Exception {
    var image = TestImage.gzip(81, 1, 2048);
    UPSTREAM.push("first", image);
    var agent = Agent.enrol(port);
    agent.get("/v2/test.local/first/app/manifests/first");

    expectTranscoded(agent, image);
    await().atMost(Duration.ofMinutes(1)).until(() -> !catalog.variants(image.diffId(0)).isEmpty());
    UPSTREAM.failWith = 503;
    expectTranscoded(agent, image);
  }

  private static void expectTranscoded(Agent agent, TestImage image) throws Exception {
    var answer = agent.get("/v2/test.local/first/app/blobs/" + image.diffId(0));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("zstd");
    assertThat(Client.decoded(answer)).isEqualTo(image.tars.getFirst());
  }

  @Test
  void a_layer_that_is_not_what_its_image_claims_is_never_completed() throws Exception {
    var claimed = Digest.sha256(new byte[]{82});
    var image = TestImage.claiming(82, claimed);
    UPSTREAM.push("liar", image);
    var agent = Agent.enrol(port);
    agent.get("/v2/test.local/liar/app/manifests/liar");

    assertThatIOException().isThrownBy(() -> agent.get("/v2/test.local/liar/app/blobs/" + claimed));
  }

  @Test
  void nobody_but_an_agent_gets_a_layer_by_a_claim_and_an_agent_only_what_it_reads() throws Exception {
    var image = TestImage.gzip(83, 1, 64);
    UPSTREAM.push("claimed", image);
    var agent = Agent.enrol(port);
    agent.get("/v2/test.local/claimed/app/manifests/claimed");
    var layer = "/v2/test.local/claimed/app/blobs/" + image.diffId(0);

    assertThat(agent.get(layer, "gzip").statusCode()).isEqualTo(404);
    assertThat(Client.containerd(port).get(layer).statusCode()).isEqualTo(404);
    assertThat(agent.get("/v2/test.local/other/app/blobs/" + image.diffId(0)).statusCode()).isEqualTo(404);
    assertThat(agent.get(layer).statusCode()).isEqualTo(200);
  }
}
