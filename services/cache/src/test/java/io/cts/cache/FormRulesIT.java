package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.blobs.BlobWriter;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.FixedForm;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.Platform;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.ImageIndex;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** What a tag is answered with over time, and how long others may keep the answer. */
class FormRulesIT extends CacheWithUpstream {
  @Autowired
  private BlobWriter blobs;
  @Autowired
  private Catalog catalog;

  @Test
  void a_poll_is_no_pull(TopicReader topics) throws Exception {
    var polled = TestImage.gzip(101, 1, 4);
    var pulled = TestImage.gzip(102, 1, 4);
    UPSTREAM.push("polled", polled);
    UPSTREAM.push("pulled", pulled);
    var docker = Client.docker(port);

    for (var i = 0; i < 3; i++) {
      assertThat(docker.head("/v2/test.local/polls/app/manifests/polled").headers().firstValue("CTS-Pull")).isEmpty();
    }
    docker.head("/v2/test.local/polls/app/manifests/pulled");
    var first = docker.get("/v2/test.local/polls/app/manifests/" + pulled.manifest.digest());
    docker.head("/v2/test.local/polls/app/manifests/pulled");
    var second = docker.get("/v2/test.local/polls/app/manifests/" + pulled.manifest.digest());
    docker.get("/v2/test.local/polls/app/blobs/" + pulled.layers.getFirst());

    var pull = first.headers().firstValue("CTS-Pull").orElseThrow();
    assertThat(second.headers().firstValue("CTS-Pull")).contains(pull); // a resolution that is repeated is one pull
    topics.await(Topics.PULL_REQUESTED, event -> event.pull().toString().equals(pull));
    assertThat(topics.all(Topics.PULL_REQUESTED).stream().map(event -> event.image()).filter(this::isOfPolls).toList())
        .containsExactly(ImageRef.parse("test.local/polls/app:pulled").at(pulled.manifest.digest()));
    assertThat(UPSTREAM.requestsFor("/v2/polls/app/blobs/" + polled.layers.getFirst())).isZero();
  }

  private boolean isOfPolls(ImageRef image) {
    return image.repository().equals("polls/app");
  }

  @Test
  void a_node_that_began_with_the_original_keeps_it_and_others_get_the_form(TopicReader topics) throws Exception {
    var image = TestImage.gzip(103, 1, 64);
    UPSTREAM.push("sticky", image);
    var early = Client.containerd(port);
    early.head("/v2/test.local/sticky/app/manifests/sticky");
    early.get("/v2/test.local/sticky/app/manifests/" + image.manifest.digest());

    ready(topics, "test.local/sticky/app:sticky", image, Form.ZSTD);

    assertThat(form(early.head("/v2/test.local/sticky/app/manifests/sticky"))).isEqualTo("original");
    var late = early.named("containerd/2.1.8");
    for (var i = 0; i < 3; i++) {
      assertThat(form(late.head("/v2/test.local/sticky/app/manifests/sticky"))).isEqualTo("zstd");
    }

    var next = TestImage.gzip(104, 1, 64);
    UPSTREAM.push("sticky", next); // the upstream's digest changes
    ready(topics, "test.local/sticky/app:sticky", next, Form.ZSTD);
    assertThat(form(early.head("/v2/test.local/sticky/app/manifests/sticky"))).isEqualTo("zstd");
  }

  @Test
  void what_may_be_kept_by_others_is_said(TopicReader topics) throws Exception {
    var image = TestImage.gzip(105, 1, 512);
    UPSTREAM.push("kept", image);
    ready(topics, "test.local/kept/app:kept", image, Form.PLAIN);
    var name = "/v2/test.local/kept/app/";
    var containerd = Client.containerd(port);

    var byTag = containerd.get(name + "manifests/kept");
    assertThat(byTag.headers().firstValue("Cache-Control").orElse("")).startsWith("private");
    assertThat(byTag.headers().firstValue("Vary")).contains("User-Agent");
    assertThat(byTag.headers().firstValue("ETag")).contains("\"" + Digest.sha256(byTag.body()) + "\"");
    assertThat(
        containerd.get(name + "manifests/kept", "If-None-Match", byTag.headers().firstValue("ETag").orElseThrow())
            .statusCode())
        .isEqualTo(304);
    assertThat(containerd.get(name + "manifests/" + Digest.sha256(byTag.body())).headers().firstValue("Cache-Control"))
        .hasValueSatisfying(it -> assertThat(it).contains("immutable").doesNotContain("private"));

    var layer = name + "blobs/" + image.diffId(0);
    var zstd = containerd.get(layer, "Range", "bytes=0-"); // containerd's parallel fetch begins so
    var gzip = Client.docker(port).get(layer);
    assertThat(zstd.statusCode()).isEqualTo(200);
    assertThat(zstd.headers().firstValue("Content-Encoding")).contains("zstd");
    assertThat(Client.decoded(zstd)).isEqualTo(image.tars.getFirst());
    assertThat(gzip.headers().firstValue("Content-Encoding")).contains("gzip");
    var tags = List.of(etag(zstd), etag(gzip));
    assertThat(tags).doesNotHaveDuplicates().allSatisfy(tag -> assertThat(tag).startsWith("\"sha256:").endsWith("\""));
    assertThat(containerd.get(layer, "If-None-Match", etag(zstd)).statusCode()).isEqualTo(304);
    assertThat(containerd.get(layer, "If-None-Match", etag(gzip)).statusCode()).isEqualTo(200);
    for (var answer : List.of(zstd, gzip)) {
      assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding, CTS-Variant");
      assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-transform");
    }
  }

  @Test
  void an_index_is_rewritten_once_without_the_attestations_of_what_it_replaces(TopicReader topics) throws Exception {
    var amd64 = TestImage.gzip(106, 1, 64);
    var arm64 = TestImage.gzip(107, 1, 64);
    var ofAmd64 = TestImage.plain(108, 1, 1).manifest;
    var ofArm64 = TestImage.plain(109, 1, 1).manifest;
    UPSTREAM.push("amd64", amd64);
    UPSTREAM.push("arm64", arm64);
    UPSTREAM.push("both", Documents.index(List.of(entry(amd64.manifest, "linux/amd64"),
        entry(arm64.manifest, "linux/arm64"), attests(ofAmd64, amd64), attests(ofArm64, arm64)), Map.of()));
    var name = "/v2/test.local/both/app/manifests/";
    var containerd = Client.containerd(port);
    var original = containerd.head(name + "both").headers().firstValue("Docker-Content-Digest").orElseThrow();

    ready(topics, "test.local/both/app:both", amd64, Form.ZSTD);
    var rewritten = containerd.get(name + "both");

    var made = catalog.made(amd64.manifest.digest(), Form.ZSTD).orElseThrow();
    var index = ImageIndex.parse(RawManifest.of(MediaTypes.OCI_INDEX, rewritten.body()));
    assertThat(index.manifests()).extracting(Descriptor::digest)
        .containsExactly(made.digest(), arm64.manifest.digest(), ofArm64.digest());
    assertThat(index.manifests().getLast().annotations())
        .containsEntry("vnd.docker.reference.digest", arm64.manifest.digest().toString());
    assertThat(index.manifests()).filteredOn(it -> !it.isAttestation())
        .extracting(it -> String.valueOf(it.platform()))
        .containsExactly("linux/amd64", "linux/arm64");
    var told = new JsonMapper().readTree(containerd.get("/v1/images?image=test.local/both/app:both").body());
    assertThat(told.path("indexForms").path(0).path("reason").asString()).contains("attestations", "left out: 1");

    ready(topics, "test.local/both/app@" + arm64.manifest.digest(), arm64, Form.ZSTD);
    assertThat(containerd.get(name + "both").body()).isEqualTo(rewritten.body());
    assertThat(Digest.sha256(containerd.get(name + original).body())).hasToString(original); // pain 8
  }

  private void ready(TopicReader topics, String name, TestImage image, Form form) throws Exception {
    new Announcements(topics, blobs).ready(name, image, Encoding.zstd(3));
    catalog.fix(image.manifest.digest(), EngineClass.CONTAINERD, new FixedForm(form, "a test"));
  }

  private static Descriptor entry(RawManifest manifest, String platform) {
    return new Descriptor(MediaTypes.OCI_MANIFEST, manifest.digest(), manifest.sizeBytes(), Platform.parse(platform),
        null, List.of(), Map.of());
  }

  private static Descriptor attests(RawManifest manifest, TestImage image) {
    return new Descriptor(MediaTypes.OCI_MANIFEST, manifest.digest(), manifest.sizeBytes(),
        Platform.parse("unknown/unknown"), null, List.of(), Map.of("vnd.docker.reference.type", "attestation-manifest",
            "vnd.docker.reference.digest", image.manifest.digest().toString()));
  }

  private static String form(HttpResponse<byte[]> answer) {
    return answer.headers()
        .firstValue("CTS-Form")
        .orElseThrow(() -> new AssertionError(new String(answer.body(), UTF_8)));
  }

  private static String etag(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }
}
