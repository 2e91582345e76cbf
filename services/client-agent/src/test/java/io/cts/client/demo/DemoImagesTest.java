package io.cts.client.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.ChosenImage;
import io.cts.oci.ImageConfig;
import io.cts.oci.Reference;
import io.cts.oci.Upstreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoImagesTest {
  @TempDir
  Path folder;

  @Test
  void the_images_are_whole_and_their_layers_are_what_the_configuration_says() throws IOException {
    var images = new DemoImages(folder).make();

    try (var upstream = Upstreams.parse("demo.local", "oci:" + folder)) {
      for (var image : images) {
        var name = image.name().split(":");
        var manifest = ChosenImage.find(upstream, name[0], new Reference.Tag(name[1]), DemoImages.platform())
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
    assertThat(images).extracting(DemoImages.Image::layers).containsExactly(2, 4);
  }

  @Test
  void a_tar_holds_names_up_to_what_ustar_can() throws IOException {
    var longName = "a/".repeat(60) + "name";
    assertThat(TarWriter.takes(longName)).isTrue();
    assertThat(TarWriter.takes("n".repeat(101))).isFalse();

    var out = new ByteArrayOutputStream();
    try (var tar = new TarWriter(out)) {
      tar.file(longName, "hello".getBytes(UTF_8));
    }

    var bytes = out.toByteArray();
    assertThat(bytes).hasSize(512 + 512 + 1024);
    var prefix = new String(Arrays.copyOfRange(bytes, 345, 500), UTF_8).replace("\0", "");
    var name = new String(Arrays.copyOfRange(bytes, 0, 100), UTF_8).replace("\0", "");
    assertThat(prefix + "/" + name).isEqualTo(longName);
  }

  @Test
  void the_middle_of_several_rounds_counts() {
    assertThat(Contest.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2.0);
    assertThat(Contest.median(List.of(1.0, 2.0))).isEqualTo(1.5);
  }
}
