package io.cts.client.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.client.pull.LayoutFolder;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.ImageConfig;
import io.cts.oci.Upstreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageMakerTest {
  @TempDir
  Path folder;

  @Test
  void pieces_that_are_used_again_make_layers_of_their_own() throws IOException {
    var maker = new ImageMaker(folder.resolve("pieces"));
    var one = maker.piece(tar -> tar.file("one", new byte[1]));
    var two = maker.piece(tar -> tar.file("two", new byte[2]));
    var last = maker.last(tar -> tar.file("last", new byte[700]));

    var image = maker.image("org/app:1", new LayoutFolder(folder.resolve("layout"), "org/app:1"),
        List.of(List.of(one, two, last), List.of(two, last)));

    assertThat(image.plainBytes()).isEqualTo((1024 + 1024 + 512 + 1024 + 1024) + (1024 + 512 + 1024 + 1024));
    try (var upstream = Upstreams.parse("lab.local", "oci:" + folder.resolve("layout"))) {
      var config = ImageConfig.parse(upstream.blob("org/app", image.config(), 0).readAllBytes());
      for (var i = 0; i < 2; i++) {
        var layer = upstream.blob("org/app", image.layers().get(i).digest(), 0);
        try (var plain = Codecs.of(CodecFamily.GZIP).decoder(layer, DecodeBounds.LAYER)) {
          assertThat(Digest.sha256(plain.readAllBytes())).isEqualTo(config.diffIds().get(i));
        }
      }
    }
  }

  @Test
  void a_layer_without_an_end_is_refused() throws IOException {
    var maker = new ImageMaker(folder);
    var piece = maker.piece(tar -> tar.file("one", new byte[1]));
    assertThatThrownBy(() -> maker.image("org/app:1", new LayoutFolder(folder, "org/app:1"), List.of(List.of(piece))))
        .hasMessageContaining("ends with");
  }
}
