package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.blobs.BlobPruner;
import io.cts.cache.catalog.Catalog;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.messaging.testing.TopicReader;
import io.cts.oci.Descriptor;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Images that are ready: who gets which form, and how their layers travel. */
class FormsIT extends CacheWithUpstream {
  @Autowired
  private BlobPruner blobs;
  @Autowired
  private Catalog catalog;

  @Test
  void a_ready_image_is_served_to_each_engine_in_a_form_that_it_reads(TopicReader topics) throws Exception {
    var image = TestImage.gzip(13, 2, 256); // pain 3: docker before 23 fails on zstd layers
    UPSTREAM.push("ready", image);
    var ready = new Announcements(topics, blobs).ready("test.local/ready/app:ready", image, Encoding.zstd(3));

    var docker = Client.docker(port);
    var forDocker = docker.get("/v2/test.local/ready/app/manifests/ready");
    var layers = Manifest.parse(RawManifest.of(MediaTypes.OCI_MANIFEST, forDocker.body())).layers();
    assertThat(layers).extracting(Descriptor::mediaType).doesNotContain(MediaTypes.OCI_LAYER_ZSTD);
    assertThat(ready.forms()).extracting(made -> made.form()).containsExactly(Form.ORIGINAL, Form.PLAIN, Form.ZSTD);

    for (var made : ready.forms()) { // pain 8: any digest that CTS ever answered is answered again, and the original's
      var manifest = docker.get("/v2/test.local/ready/app/manifests/" + made.manifest());
      assertThat(Digest.sha256(manifest.body())).isEqualTo(made.manifest());
      var config = Manifest.parse(RawManifest.of(MediaTypes.OCI_MANIFEST, manifest.body())).config();
      assertThat(config.digest()).isEqualTo(image.config); // pain 13: the image ID is kept
    }
    assertThat(docker.get("/v2/test.local/ready/app/manifests/" + image.manifest.digest()).body())
        .isEqualTo(image.manifest.bytes()); // pain 14: the original stays available
  }

  @Test
  void a_plain_layer_travels_in_the_encoding_that_was_asked_for_and_a_range_of_it_as_plain_bytes(TopicReader topics)
      throws Exception {
    var image = TestImage.gzip(14, 1, 512);
    UPSTREAM.push("plain", image);
    new Announcements(topics, blobs).ready("test.local/plain/app:plain", image, Encoding.zstd(3));
    var tar = image.tars.getFirst();
    var path = "/v2/test.local/plain/app/blobs/" + image.diffId(0);

    for (var client : List.of(Client.docker(port), Client.containerd(port),
        new Client("http://127.0.0.1:" + port, "curl/8", ""))) {
      var answer = client.get(path);
      assertThat(answer.statusCode()).isEqualTo(200);
      var coding = answer.headers().firstValue("Content-Encoding").orElse("identity");
      assertThat(client.acceptEncoding() + ",identity").contains(coding);
      assertThat(Client.decoded(answer)).isEqualTo(tar);
      assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding, CTS-Variant");
      assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-transform");
      assertThat(answer.headers().firstValue("CTS-Encoding").orElse("")).startsWith(coding);
      var head = client.head(path);
      assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(tar.length);
      client.expectPart(path, "bytes=100000-", tar, 100000, tar.length);
      client.expectPart(path, "bytes=500-1499", tar, 500, 1500);
    }
  }

  @Test
  void an_evicted_variant_of_a_served_manifest_is_made_again_bit_for_bit(TopicReader topics) throws Exception { // pain 6
    var image = TestImage.gzip(15, 1, 256);
    UPSTREAM.push("evicted", image);
    new Announcements(topics, blobs).ready("test.local/evicted/app:evicted", image, Encoding.zstd(9));
    var variant = Objects
        .requireNonNull(Objects.requireNonNull(catalog.variants(image.diffId(0)).get(Encoding.zstd(9))).variant());
    blobs.delete(variant);
    blobs.delete(image.layers.getFirst());

    var answer = Client.containerd(port).get("/v2/test.local/evicted/app/blobs/" + variant);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Digest.sha256(answer.body())).isEqualTo(variant);
  }
}
