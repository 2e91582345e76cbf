package io.cts.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Digest;
import io.cts.contract.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChosenImageTest {
  private static final Reference TAG = new Reference.Tag("1");

  @TempDir
  Path folder;

  private Descriptor stored(RawManifest manifest, @Nullable String platform) throws IOException {
    var file = folder.resolve("blobs/sha256").resolve(manifest.digest().hex());
    Files.createDirectories(file.getParent());
    Files.write(file, manifest.bytes());
    return new Descriptor(manifest.mediaType(), manifest.digest(), manifest.sizeBytes(),
        platform == null ? null : Platform.parse(platform), null, List.of(), Map.of());
  }

  private Upstream tagged(Descriptor descriptor) throws IOException {
    var entry = new Descriptor(descriptor.mediaType(), descriptor.digest(), descriptor.sizeBytes(), null, null,
        List.of(), Map.of("org.opencontainers.image.ref.name", "1"));
    Files.write(folder.resolve("index.json"), Documents.index(List.of(entry), Map.of()).bytes());
    return new OciLayoutUpstream("demo.local", folder);
  }

  private static RawManifest image(int config) {
    return Documents.manifest(new Descriptor(MediaTypes.OCI_CONFIG, Digest.sha256(new byte[]{(byte) config}), 1),
        List.of(), Map.of());
  }

  private static RawManifest index(Descriptor... entries) {
    return Documents.index(List.of(entries), Map.of());
  }

  @Test
  void an_image_that_stands_alone_is_taken_for_any_platform() throws IOException {
    var upstream = tagged(stored(image(1), null));

    var chosen = ChosenImage.find(upstream, "app", TAG, Platform.parse("linux/arm64"));

    assertThat(chosen.through()).isEmpty();
    assertThat(chosen.manifest().raw()).isEqualTo(image(1));
  }

  @Test
  void an_index_within_an_index_is_searched() throws IOException {
    var inner = stored(index(stored(image(1), "linux/amd64"), stored(image(2), "linux/arm64")), null);
    var upstream = tagged(stored(index(stored(image(3), "linux/s390x"), inner), null));

    var chosen = ChosenImage.find(upstream, "app", TAG, Platform.parse("linux/arm64"));

    assertThat(chosen.through()).hasSize(2);
    assertThat(chosen.manifest().raw()).isEqualTo(image(2));
  }

  @Test
  void a_platform_that_there_is_not_is_told_with_those_that_there_are() throws IOException {
    var upstream = tagged(stored(index(stored(image(1), "linux/amd64"), stored(image(2), "linux/arm/v7")), null));

    assertThatThrownBy(() -> ChosenImage.find(upstream, "app", TAG, Platform.parse("linux/riscv64")))
        .isInstanceOf(UpstreamFailure.NotFound.class)
        .hasMessageContaining("there is none; there are linux/amd64, linux/arm/v7");
  }

  @Test
  void indexes_too_deep_are_not_searched() throws IOException {
    var deepest = stored(index(stored(image(1), "linux/amd64")), null);
    var upstream = tagged(stored(index(stored(index(stored(index(deepest), null)), null)), null));

    assertThatThrownBy(() -> ChosenImage.find(upstream, "app", TAG, Platform.parse("linux/amd64")))
        .isInstanceOf(UpstreamFailure.NotFound.class);
  }
}
