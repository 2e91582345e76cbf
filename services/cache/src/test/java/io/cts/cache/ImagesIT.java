package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.blobs.BlobWriter;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.Platform;
import io.cts.contract.PullReady;
import io.cts.messaging.testing.TopicReader;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images of every kind that registries hold, and those that cannot be had. */
class ImagesIT extends CacheWithUpstream {
  @Autowired
  private BlobWriter blobs;

  @Test
  void an_image_that_cannot_be_had_fails_its_pull_with_the_reason(TopicReader topics) {
    UPSTREAM.push("broken-image", RawManifest.of(MediaTypes.OCI_MANIFEST, "{\"schemaVersion\": 2}".getBytes(UTF_8)));
    var announcements = new Announcements(topics, blobs);

    var unknown = announcements.failed("test.local/none/app:none", null);
    assertThat(unknown.code()).isEqualTo("MANIFEST_UNKNOWN");
    assertThat(unknown.message()).contains("none/app", "404");
    var notListed = announcements.failed("elsewhere.example/app:1", null);
    assertThat(notListed.code()).isEqualTo("UPSTREAM_NOT_ALLOWED");
    assertThat(notListed.message()).contains("elsewhere.example", "test.local");
    var broken = announcements.failed("test.local/broken/app:broken-image", null);
    assertThat(broken.code()).isEqualTo("MANIFEST_INVALID");
    assertThat(broken.message()).contains("config");
  }

  @Test
  void a_platform_that_an_index_does_not_hold_fails_its_pull_and_names_those_that_it_does(TopicReader topics) {
    var image = TestImage.gzip(16, 1, 4);
    UPSTREAM.push("only-amd64", image);
    UPSTREAM.push("two-platforms", Documents.index(List.of(new Descriptor(MediaTypes.OCI_MANIFEST,
        image.manifest.digest(), image.manifest.sizeBytes(), Platform.parse("linux/amd64"), null,
        List.of(), Map.of())), Map.of()));

    var failed = new Announcements(topics, blobs).failed("test.local/platforms/app:two-platforms", "linux/s390x");

    assertThat(failed.code()).isEqualTo("PLATFORM_UNKNOWN");
    assertThat(failed.message()).contains("linux/s390x", "linux/amd64");
  }

  @Test
  void signed_images_and_those_with_foreign_layers_are_left_as_they_are(TopicReader topics) {
    var signed = TestImage.gzip(17, 1, 4);
    UPSTREAM.push("signed", signed);
    UPSTREAM.refer(signed.manifest.digest(), new Descriptor(MediaTypes.OCI_MANIFEST, signed.config, 3, null,
        "application/vnd.dev.cosign.artifact.sig.v1+json", List.of(), Map.of()));
    UPSTREAM.push("foreign", TestImage.foreign(18));
    var announcements = new Announcements(topics, blobs);

    assertThat(announcements.stored("test.local/left/app:signed").leftAsIs()).contains("signed");
    assertThat(announcements.stored("test.local/left/app:foreign").leftAsIs()).contains("foreign");
  }

  @Test
  void images_with_metadata_of_a_lazy_start_are_left_as_they_are(TopicReader topics) {
    var announcements = new Announcements(topics, blobs);
    for (var annotation : List.of("containerd.io/snapshot/stargz/toc.digest",
        "io.github.containers.zstd-chunked.manifest-checksum", "com.amazon.soci.index-digest")) {
      var image = TestImage.gzip(annotation.hashCode(), 1, 4);
      var layer = image.layers.getFirst();
      var tag = "lazy-" + annotation.length();
      UPSTREAM.push(tag + "-base", image);
      UPSTREAM.push(tag, Documents.manifest(
          new Descriptor(MediaTypes.OCI_CONFIG, image.config, image.blob(image.config).length),
          List.of(new Descriptor(MediaTypes.OCI_LAYER_GZIP, layer, image.blob(layer).length, null, null, List.of(),
              Map.of(annotation, "sha256:" + "0".repeat(64)))),
          Map.of()));

      assertThat(announcements.stored("test.local/lazy/app:" + tag).leftAsIs()).contains("lazy start", annotation);
    }
  }

  @Test
  void an_image_that_is_signed_by_a_tag_or_through_its_index_is_left_as_it_is(TopicReader topics) {
    var byTag = TestImage.gzip(22, 1, 4);
    UPSTREAM.push("signed-by-tag", byTag);
    UPSTREAM.push("sha256-" + byTag.manifest.digest().hex() + ".sig", TestImage.plain(23, 1, 1).manifest);
    var listed = TestImage.gzip(24, 1, 4);
    var index = Documents.index(List.of(new Descriptor(MediaTypes.OCI_MANIFEST, listed.manifest.digest(),
        listed.manifest.sizeBytes(), Platform.parse("linux/amd64"), null, List.of(), Map.of())), Map.of());
    UPSTREAM.push("listed", listed);
    UPSTREAM.push("signed-index", index);
    UPSTREAM.refer(index.digest(), new Descriptor(MediaTypes.OCI_MANIFEST, listed.config, 3, null,
        "application/vnd.cncf.notary.signature", List.of(), Map.of()));
    var announcements = new Announcements(topics, blobs);

    assertThat(announcements.stored("test.local/signed/app:signed-by-tag").leftAsIs()).contains("signed",
        "cts.cache.touch-signed");
    assertThat(announcements.stored("test.local/signed/app:signed-index").leftAsIs()).contains("signed",
        index.digest().abbreviated());
  }

  @Test
  void an_artifact_is_served_as_it_is(TopicReader topics) throws Exception {
    var image = TestImage.plain(19, 1, 4);
    var chart = image.blob(image.layers.getFirst());
    var config = new Descriptor("application/vnd.cncf.helm.config.v1+json", image.config,
        image.blob(image.config).length);
    var artifact = Documents.manifest(config, List.of(new Descriptor("application/vnd.cncf.helm.chart.content.v1.tar",
        image.layers.getFirst(), chart.length)), Map.of());
    UPSTREAM.push("no-tag-of-it", image);
    UPSTREAM.push("chart", artifact);

    var stored = new Announcements(topics, blobs).stored("test.local/charts/app:chart");

    assertThat(stored.leftAsIs()).contains("artifact", "helm");
    var client = Client.containerd(port);
    assertThat(client.get("/v2/test.local/charts/app/manifests/chart").body()).isEqualTo(artifact.bytes());
    assertThat(client.get("/v2/test.local/charts/app/blobs/" + image.layers.getFirst()).body()).isEqualTo(chart);
  }

  @Test
  void a_question_about_an_image_that_cannot_be_answered_is_told_why() throws Exception {
    UPSTREAM.push("never-pulled", TestImage.gzip(25, 1, 4));
    UPSTREAM.push("unusable",
        RawManifest.of(MediaTypes.OCI_MANIFEST, "{\"schemaVersion\": 2, \"layers\": 7}".getBytes(UTF_8)));
    UPSTREAM.push("none-listed", Documents.index(List.of(), Map.of()));

    expectProblem("test.local/asked/app:never-pulled", 404, "was not pulled through CTS yet", "cts pulls submit");
    expectProblem("test.local/asked/app:no-such-tag", 404, "no-such-tag", "404");
    expectProblem("elsewhere.example/app:1", 403, "elsewhere.example", "test.local");
    expectProblem("Not//An/image", 400, "Not//An/image");
    expectProblem("test.local/asked/app:unusable", 502, "layers", "expected an array");
    expectProblem("test.local/asked/app:none-listed", 400, "holds no image for linux/amd64");
    UPSTREAM.failWith = 500;
    expectProblem("test.local/asked/app:other-tag", 502, "other-tag", "the registry answered 500");
    UPSTREAM.failWith = 429;
    expectProblem("docker.io/asked/app:other-tag", 429, "other-tag");
    assertThat(new JsonMapper().readTree(Client.docker(port).get("/v1/images").body()).path("detail").asString())
        .contains("'image'");
  }

  private void expectProblem(String image, int status, String... says) throws Exception {
    var answer = Client.docker(port).get("/v1/images?image=" + URLEncoder.encode(image, UTF_8));
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(new JsonMapper().readTree(answer.body()).path("detail").asString()).contains(says);
  }

  @Test
  void what_images_share_is_counted_by_layer_and_by_file(TopicReader topics) throws Exception {
    var shared = "the same in both\n".repeat(2000);
    var before = stats();

    var announcements = new Announcements(topics, blobs);
    for (var tag : List.of("sharing-1", "sharing-2")) {
      var image = TestImage.files(new TreeMap<>(Map.of("own", tag.substring(8), "shared", shared)));
      UPSTREAM.push(tag, image);
      announcements.readyAndIndexed("test.local/sharing:" + tag, image);
    }

    var after = stats();
    assertThat(after.path("images").asLong() - before.path("images").asLong()).isEqualTo(2);
    assertThat(after.path("layers").asLong() - before.path("layers").asLong()).isEqualTo(2);
    assertThat(after.path("indexedLayers").asLong() - before.path("indexedLayers").asLong()).isEqualTo(2);
    assertThat(after.path("fileBytes").asLong() - before.path("fileBytes").asLong()).isEqualTo(2 * shared.length() + 2);
    assertThat(after.path("uniqueFileBytes").asLong() - before.path("uniqueFileBytes").asLong())
        .isEqualTo(shared.length() + 2);
    assertThat(after.path("storedBytes").asLong()).isGreaterThan(before.path("storedBytes").asLong());
  }

  private JsonNode stats() throws Exception {
    return new JsonMapper().readTree(Client.docker(port).get("/v1/cache/stats").body());
  }

  @Test
  void an_image_without_layers_is_ready_as_it_is(TopicReader topics) throws Exception {
    var image = TestImage.withoutLayers();
    UPSTREAM.push("no-layers", image);

    var ready = new Announcements(topics, blobs).ready("test.local/none/app:no-layers", image);

    assertThat(ready.forms()).extracting(PullReady.MadeForm::form).containsExactly(Form.ORIGINAL);
    var docker = Client.docker(port);
    assertThat(docker.get("/v2/test.local/none/app/manifests/no-layers").body()).isEqualTo(image.manifest.bytes());
    assertThat(docker.get("/v2/test.local/none/app/blobs/" + image.config).body()).isEqualTo(image.blob(image.config));
  }

  @Test
  void an_image_of_one_file_is_served_in_every_form(TopicReader topics) throws Exception {
    var image = TestImage.oneFile("hello");
    UPSTREAM.push("one-file", image);

    expectEveryForm("test.local/one/app", "one-file", image, topics);
  }

  @Test
  void an_image_that_its_upstream_stores_plain_is_served_in_every_form(TopicReader topics) throws Exception {
    var image = TestImage.plain(20, 2, 64);
    UPSTREAM.push("stored-plain", image);

    expectEveryForm("test.local/plain/app", "stored-plain", image, topics);
  }

  @Test
  void an_image_that_its_upstream_stores_as_zstd_is_plain_for_an_old_docker(TopicReader topics) throws Exception {
    var image = TestImage.zstd(21, 2, 64); // pain 3: docker before 23 fails on zstd layers
    UPSTREAM.push("stored-zstd", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/zstd/app/manifests/stored-zstd"); // in vain: it is no layer that this docker reads
    docker.get("/v2/test.local/zstd/app/manifests/" + image.manifest.digest());

    expectEveryForm("test.local/zstd/app", "stored-zstd", image, topics);

    var again = docker.get("/v2/test.local/zstd/app/manifests/stored-zstd").body();
    assertThat(Manifest.parse(RawManifest.of(MediaTypes.OCI_MANIFEST, again)).layers())
        .extracting(Descriptor::mediaType)
        .containsOnly(MediaTypes.OCI_LAYER);
    assertThat(Client.containerd(port).get("/v2/test.local/zstd/app/blobs/" + image.layers.getFirst()).body())
        .isEqualTo(image.blob(image.layers.getFirst()));
  }

  /** Every made manifest's layers hash to their names once they are decoded, and the image ID is kept. */
  private void expectEveryForm(String name, String tag, TestImage image, TopicReader topics) throws Exception {
    var ready = new Announcements(topics, blobs).ready(name + ":" + tag, image, Encoding.zstd(9));
    var containerd = Client.containerd(port);

    assertThat(ready.forms()).extracting(PullReady.MadeForm::form)
        .containsExactly(Form.ORIGINAL, Form.PLAIN, Form.ZSTD);
    for (var form : ready.forms()) {
      var body = containerd.get("/v2/" + name + "/manifests/" + form.manifest()).body();
      assertThat(Digest.sha256(body)).isEqualTo(form.manifest());
      var manifest = Manifest.parse(RawManifest.of(MediaTypes.OCI_MANIFEST, body));
      assertThat(manifest.config().digest()).isEqualTo(image.config);
      for (var layer : manifest.layers()) {
        var blob = containerd.get("/v2/" + name + "/blobs/" + layer.digest());
        assertThat(Digest.sha256(Client.decoded(blob))).as(form.form() + " " + layer.mediaType())
            .isEqualTo(layer.digest());
      }
    }
  }
}
