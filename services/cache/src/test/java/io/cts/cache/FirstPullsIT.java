package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobPruner;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.FixedForm;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import io.cts.messaging.testing.TopicReader;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.ImageIndex;
import io.cts.oci.MalformedManifest;
import io.cts.oci.Manifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Layers that nobody has read yet, asked for by an agent as what they decode to. */
class FirstPullsIT extends CacheWithUpstream {
  @Autowired
  private BlobPruner blobs;
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
  void what_broke_off_is_resumed_by_the_name_of_its_encoding() throws Exception {
    var image = TestImage.gzip(84, 1, 2048);
    UPSTREAM.push("resumed", image);
    var agent = Agent.enrol(port);
    agent.get("/v2/test.local/first/resumed/manifests/resumed");
    var layer = "/v2/test.local/first/resumed/blobs/" + image.diffId(0);

    var whole = agent.part(layer, "any", "bytes=0-99");
    assertThat(whole.statusCode()).isEqualTo(200); // nobody knows yet how long it becomes
    var encoding = whole.headers().firstValue("CTS-Variant").orElseThrow();
    var rest = agent.part(layer, encoding, "bytes=100-");

    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.headers().firstValue("Content-Range"))
        .contains("bytes 100-" + (whole.body().length - 1) + "/" + whole.body().length);
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 100, whole.body().length));
    var named = Digest.parse(rest.headers().firstValue("CTS-Variant").orElseThrow());
    assertThat(named).isEqualTo(Digest.sha256(whole.body()));
    assertThat(agent.part(layer, "zstd-19", "bytes=100-").statusCode()).isEqualTo(404);
  }

  @Test
  void an_agent_is_answered_the_plain_form_of_an_image_that_nobody_has_read() throws Exception {
    var image = TestImage.gzip(85, 3, 256);
    UPSTREAM.push("unread", image);
    var tag = "/v2/test.local/first/unread/manifests/unread";
    var agent = Agent.enrol(port);

    var answer = agent.get(tag);
    assertThat(answer.headers().firstValue("CTS-Form")).contains("plain");
    var manifest = manifest(answer);
    assertThat(manifest.config().digest()).isEqualTo(image.config);
    for (var i = 0; i < 3; i++) {
      assertThat(manifest.layers().get(i).digest()).isEqualTo(image.diffId(i));
      assertThat(manifest.layers().get(i).sizeBytes()).isEqualTo(image.tars.get(i).length);
    }
    assertThat(agent.get("/v2/test.local/first/unread/manifests/" + manifest.digest()).body()).isEqualTo(answer.body());
    assertThat(agent.get("/v2/test.local/first/unread/blobs/" + image.config).statusCode()).isEqualTo(200);
    assertThat(Client.containerd(port).get(tag).headers().firstValue("CTS-Form")).contains("original");

    await().atMost(Duration.ofMinutes(1)).until(() -> catalog.image(image.manifest.digest()).isPresent());
    assertThat(agent.get(tag).body()).isEqualTo(answer.body());
    assertThat(catalog.form(image.manifest.digest(), EngineClass.AGENT)).contains(Form.PLAIN);
  }

  @Test
  void a_form_that_was_fixed_since_counts_more_than_what_was_claimed() throws Exception {
    var image = TestImage.gzip(91, 1, 64);
    UPSTREAM.push("fixed-since", image);
    var tag = "/v2/test.local/first/fixed/manifests/fixed-since";
    var agent = Agent.enrol(port);
    assertThat(agent.head(tag).headers().firstValue("CTS-Form")).contains("plain");

    catalog.fix(image.manifest.digest(), EngineClass.AGENT, new FixedForm(Form.ORIGINAL, "a test"));

    assertThat(agent.get(tag).headers().firstValue("CTS-Form")).contains("original");
  }

  @Test
  void of_an_index_the_image_of_the_agents_machine_is_plain() throws Exception {
    var image = TestImage.gzip(86, 1, 64);
    var other = TestImage.gzip(87, 1, 64);
    UPSTREAM.push("unread-amd64", image);
    UPSTREAM.push("unread-arm64", other);
    UPSTREAM.push("unread-both", Documents.index(List.of(entry(image, "amd64"), entry(other, "arm64")), Map.of()));
    var tag = "/v2/test.local/first/both/manifests/unread-both";
    var agent = Agent.enrol(port);

    assertThat(agent.getAs(NodeId.of("silent"), tag).headers().firstValue("CTS-Form")).contains("original");
    var answer = agent.getFrom("linux/amd64", tag);
    assertThat(answer.headers().firstValue("CTS-Form")).contains("plain");
    var index = (ImageIndex) ManifestDocument.parse(RawManifest.of(MediaTypes.OCI_INDEX, answer.body()));
    assertThat(index.manifests().getLast().digest()).isEqualTo(other.manifest.digest());
    var child = agent.get("/v2/test.local/first/both/manifests/" + index.manifests().getFirst().digest());
    assertThat(manifest(child).layers().getFirst().digest()).isEqualTo(image.diffId(0));
    var layer = agent.get("/v2/test.local/first/both/blobs/" + image.diffId(0));
    assertThat(Client.decoded(layer)).isEqualTo(image.tars.getFirst());
  }

  private static Descriptor entry(TestImage image, String architecture) {
    return new Descriptor(MediaTypes.OCI_MANIFEST, image.manifest.digest(), image.manifest.sizeBytes(),
        new Platform("linux", architecture, null), null, List.of(), Map.of());
  }

  @Test
  void an_image_that_turns_out_to_be_larger_than_its_gzip_says_is_answered_as_it_is() throws Exception {
    var image = TestImage.inMembers(88, 1024);
    UPSTREAM.push("members", image);
    var tag = "/v2/test.local/first/members/manifests/members";
    var agent = Agent.enrol(port);
    var claimed = manifest(agent.get(tag));
    assertThat(claimed.layers().getFirst().sizeBytes()).isLessThan(image.tars.getFirst().length);

    var layer = agent.get("/v2/test.local/first/members/blobs/" + image.diffId(0));

    assertThat(Client.decoded(layer)).isEqualTo(image.tars.getFirst());
    await().atMost(Duration.ofMinutes(1))
        .until(() -> !manifest(agent.get(tag)).digest().equals(claimed.digest()));
  }

  @Test
  void what_cannot_be_the_size_of_a_layer_is_not_believed_and_signed_images_stay_as_they_are() throws Exception {
    UPSTREAM.push("tiny-end", TestImage.inMembers(89, 1));
    var signed = TestImage.gzip(90, 1, 64);
    UPSTREAM.push("unread-signed", signed);
    UPSTREAM.refer(signed.manifest.digest(), new Descriptor("application/vnd.dev.cosign.artifact.sig.v1+json",
        Digest.sha256(new byte[]{90}), 1));
    var agent = Agent.enrol(port);

    for (var tag : List.of("tiny-end", "unread-signed")) {
      var answer = agent.get("/v2/test.local/first/" + tag + "/manifests/" + tag);
      assertThat(answer.headers().firstValue("CTS-Form")).as(tag).contains("original");
    }
  }

  private static Manifest manifest(HttpResponse<byte[]> answer) throws MalformedManifest {
    return Manifest.parse(RawManifest.of(answer.headers().firstValue("Content-Type").orElseThrow(), answer.body()));
  }

  @Test
  void a_layer_in_common_with_a_read_image_of_another_repository_comes_from_its_variants(TopicReader topics)
      throws Exception {
    var base = TestImage.gzip(95, 1, 256);
    UPSTREAM.push("common-base", base);
    new Announcements(topics, blobs).ready("test.local/common/base:common-base", base, Encoding.zstd(3));
    var image = TestImage.gzip(95, 2, 256);
    assertThat(image.diffId(0)).isEqualTo(base.diffId(0));
    UPSTREAM.push("common-app", image);
    var agent = Agent.enrol(port);

    var manifest = agent.get("/v2/test.local/common/app/manifests/common-app");
    assertThat(manifest.headers().firstValue("CTS-Form")).contains("plain");
    UPSTREAM.failWith = 503; // so that it is not read meanwhile
    var layer = agent.get("/v2/test.local/common/app/blobs/" + image.diffId(0));

    assertThat(layer.statusCode()).isEqualTo(200);
    assertThat(layer.headers().firstValue("CTS-Encoding")).contains("zstd-3");
    assertThat(Client.decoded(layer)).isEqualTo(image.tars.getFirst());
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
