package io.cts.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerArchiveUpstreamTest {
  private static final byte[] LAYER = new TarBytes().file("etc/motd", "hello".getBytes(UTF_8)).bytes();
  private static final Digest DIFF_ID = Digest.sha256(LAYER);
  private static final Reference TAG = new Reference.Tag("1");

  @TempDir
  Path folder;
  private Path file;
  private DockerArchiveUpstream upstream;

  @BeforeEach
  void archive() {
    file = folder.resolve("saved.tar");
    upstream = new DockerArchiveUpstream("demo.local", file);
  }

  private static byte[] config(int layers) {
    return ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"diff_ids\":[" + "\"%s\",".formatted(DIFF_ID)
        .repeat(layers - 1) + "\"" + DIFF_ID + "\"]}}").getBytes(UTF_8);
  }

  private static byte[] list(String layers) {
    return ("[{\"Config\":\"c.json\",\"RepoTags\":[\"quay.io/org/app:1\"],\"Layers\":[" + layers + "]}]")
        .getBytes(UTF_8);
  }

  private byte[] read(Digest digest, long offset) throws IOException {
    try (var in = upstream.blob("org/app", digest, offset)) {
      return in.readAllBytes();
    }
  }

  @Test
  void what_docker_20_saves_is_read_in_place_with_its_links() throws IOException {
    Files.write(file,
        new TarBytes().file("a/layer.tar", LAYER)
            .symlink("b/layer.tar", "../a/layer.tar")
            .file("c.json", config(2))
            .file("manifest.json", list("\"a/layer.tar\",\"b/layer.tar\""))
            .bytes());

    var manifest = Manifest.parse(upstream.manifest("org/app", TAG));

    assertThat(manifest.layers()).hasSize(2)
        .containsOnly(new Descriptor(MediaTypes.OCI_LAYER, DIFF_ID, LAYER.length));
    assertThat(manifest.config().digest()).isEqualTo(Digest.sha256(config(2)));
    assertThat(read(DIFF_ID, 0)).isEqualTo(LAYER);
    assertThat(read(DIFF_ID, LAYER.length - 3)).hasSize(3);
    assertThat(read(manifest.config().digest(), 0)).isEqualTo(config(2));
    assertThat(upstream.manifest("org/app", new Reference.Exact(manifest.digest()))).isEqualTo(manifest.raw());
    assertThat(upstream.tags("org/app", Upstream.TagQuery.ALL).tags()).containsExactly("1");
  }

  @Test
  void names_longer_than_a_header_are_read_in_both_dialects() throws IOException {
    var gnu = "blobs/" + "g".repeat(150);
    var pax = "blobs/" + "p".repeat(150);
    Files.write(file, new TarBytes().gnuLong(gnu, LAYER)
        .pax(pax, LAYER)
        .file("c.json", config(2))
        .file("manifest.json", list("\"" + gnu + "\",\"" + pax + "\""))
        .bytes());

    assertThat(Manifest.parse(upstream.manifest("org/app", TAG)).layers()).hasSize(2);
  }

  @Test
  void a_compressed_layer_goes_by_its_own_digest() throws IOException {
    var gzip = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(gzip)) {
      out.write(LAYER);
    }
    Files.write(file,
        new TarBytes().file("l.tar.gz", gzip.toByteArray())
            .file("c.json", config(1))
            .file("manifest.json", list("\"l.tar.gz\""))
            .bytes());

    var digest = Digest.sha256(gzip.toByteArray());

    assertThat(Manifest.parse(upstream.manifest("org/app", TAG)).layers())
        .containsExactly(new Descriptor(MediaTypes.OCI_LAYER_GZIP, digest, gzip.size()));
    assertThat(read(digest, 0)).isEqualTo(gzip.toByteArray());
  }

  @Test
  void an_archive_whose_configuration_disagrees_is_malformed() throws IOException {
    Files.write(file,
        new TarBytes().file("l", LAYER).file("c.json", config(2)).file("manifest.json", list("\"l\"")).bytes());

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.Malformed.class)
        .hasMessageContaining("1 layers, and 2 in the configuration");
  }

  @Test
  void a_path_that_the_archive_does_not_have_is_malformed() throws IOException {
    Files.write(file,
        new TarBytes().file("c.json", config(1)).file("manifest.json", list("\"../../etc/passwd\"")).bytes());

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.Malformed.class)
        .hasMessageContaining("the archive has no ../../etc/passwd");
  }

  @Test
  void what_is_no_archive_is_told_with_the_offset() throws IOException {
    Files.write(file, new byte[]{1, 2, 3});
    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.Unavailable.class)
        .hasMessageContaining("the header at byte 0 is cut short");

    Files.write(file, "x".repeat(1024).getBytes(UTF_8));
    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).hasMessageContaining("no tar header at byte 0");
  }

  @Test
  void an_archive_cut_short_is_told() throws IOException {
    var whole = new TarBytes().file("l", LAYER).bytes();
    Files.write(file, Arrays.copyOf(whole, 700));

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).hasMessageContaining("entry at byte 0 is cut short");
  }

  @Test
  void an_unknown_tag_is_not_found_and_the_known_ones_are_named() throws IOException {
    Files.write(file,
        new TarBytes().file("l", LAYER).file("c.json", config(1)).file("manifest.json", list("\"l\"")).bytes());

    assertThatThrownBy(() -> upstream.manifest("org/app", new Reference.Tag("2")))
        .isInstanceOf(UpstreamFailure.NotFound.class)
        .hasMessageContaining("it has quay.io/org/app:1");
  }
}
