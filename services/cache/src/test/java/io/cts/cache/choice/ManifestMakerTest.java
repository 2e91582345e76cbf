package io.cts.cache.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.Variant;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.LayerFeatures;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.MalformedManifest;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** CTS's manifests can be made again from the original, anywhere, byte for byte. */
class ManifestMakerTest {
  private final Catalog catalog = new Catalog();
  private final ManifestMaker maker = new ManifestMaker(catalog);

  @Test
  void every_cts_makes_the_same_bytes_whatever_order_it_learnt_things_in() {
    know(catalog, Encoding.zstd(3), Encoding.zstd(9));
    var elsewhere = new Catalog();
    know(elsewhere, Encoding.zstd(9), Encoding.zstd(3));
    var again = new ManifestMaker(elsewhere);

    assertThat(again.plain(image("b", "a")).orElseThrow().raw())
        .isEqualTo(maker.plain(image("a", "b")).orElseThrow().raw());
    assertThat(again.zstd(image("b", "a")).orElseThrow().raw())
        .isEqualTo(maker.zstd(image("a", "b")).orElseThrow().raw());
  }

  @Test
  void the_digest_of_a_made_manifest_never_moves() {
    know(catalog, Encoding.zstd(3));

    assertThat(maker.plain(image("a", "b")).orElseThrow().digest())
        .hasToString("sha256:1a11683becbb263b0fd8dc506c1bf36bfb4077054c3e21113204a61d48c7e6e8");
    assertThat(maker.zstd(image("a", "b")).orElseThrow().digest())
        .hasToString("sha256:083845b73b6f206fbcef031291ce403318a8aa5dd548e15b877190fa4d8ed91b");
  }

  @Test
  void the_configuration_is_kept_and_layers_go_by_what_they_hold() throws MalformedManifest { // pain 13
    know(catalog, Encoding.zstd(3));

    var plain = Manifest.parse(maker.plain(image("a", "b")).orElseThrow().raw());

    assertThat(plain.config()).isEqualTo(new Descriptor(MediaTypes.OCI_CONFIG, digest("config"), 7));
    assertThat(plain.layers()).containsExactly(new Descriptor(MediaTypes.OCI_LAYER, digest("tar"), 3000));
    assertThat(plain.annotations()).containsEntry("io.cts.original", digest("manifest").toString())
        .containsEntry("a", "1");
  }

  @Test
  void what_is_not_profiled_or_not_encoded_is_not_promised() {
    assertThat(maker.plain(image("a", "b"))).isEmpty();

    know(catalog);

    assertThat(maker.plain(image("a", "b"))).isPresent();
    assertThat(maker.zstd(image("a", "b"))).isEmpty();
  }

  private static void know(Catalog catalog, Encoding... made) {
    catalog.add(new LayerFeatures(digest("layer"), CodecFamily.GZIP, 1000, digest("tar"), 3000, 1, List.of(), 5,
        List.of()));
    for (var encoding : made) {
      catalog.add(new Variant(digest("tar"), encoding, digest("layer"), "1", digest("variant " + encoding),
          1000 - encoding.level()));
    }
  }

  /** @param first and {@code second} of its annotations */
  private static StoredImage image(String first, String second) {
    var annotations = new LinkedHashMap<String, String>();
    for (var name : List.of(first, second)) {
      annotations.put(name, name.equals("a") ? "1" : "2");
    }
    return new StoredImage(digest("manifest"), digest("config"), 7, Platform.parse("linux/amd64"),
        List.of(new StoredLayer(digest("layer"), MediaTypes.OCI_LAYER_GZIP, 1000)), Map.copyOf(annotations), null);
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }
}
