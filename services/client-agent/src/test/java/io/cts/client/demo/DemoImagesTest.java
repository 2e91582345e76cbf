package io.cts.client.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.sandbox.ImageMaker;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.ChosenImage;
import io.cts.oci.ImageConfig;
import io.cts.oci.Reference;
import io.cts.oci.Upstreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoImagesTest {
  @TempDir
  Path folder;

  @Test
  void the_images_are_whole_and_their_layers_are_what_the_configuration_says() throws IOException {
    var images = new DemoImages(folder.resolve("layout"), folder.resolve("pieces")).make();

    try (var upstream = Upstreams.parse("demo.local", "oci:" + folder.resolve("layout"))) {
      for (var image : images) {
        var name = image.name().split(":");
        var manifest = ChosenImage.find(upstream, name[0], new Reference.Tag(name[1]), ImageMaker.platform())
            .manifest();
        assertThat(manifest.digest()).isEqualTo(image.manifest());
        var config = ImageConfig.parse(upstream.blob(name[0], image.config(), 0).readAllBytes());
        for (var i = 0; i < manifest.layers().size(); i++) {
          var layer = upstream.blob(name[0], manifest.layers().get(i).digest(), 0);
          try (var plain = Codecs.of(CodecFamily.GZIP).decoder(layer, DecodeBounds.LAYER)) {
            assertThat(Digest.sha256(plain.readAllBytes())).isEqualTo(config.diffIds().get(i));
          }
        }
      }
    }
    assertThat(images).extracting(image -> image.layers().size()).containsExactly(2, 4);
  }

  @Test
  void the_middle_of_several_rounds_counts() {
    assertThat(Contest.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2.0);
    assertThat(Contest.median(List.of(1.0, 2.0))).isEqualTo(1.5);
  }
}
