package io.cts.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciLayoutUpstreamTest {
  @TempDir
  Path folder;
  private final List<Descriptor> entries = new ArrayList<>();
  private OciLayoutUpstream upstream;
  private Digest layer;

  @BeforeEach
  void layout() throws IOException {
    upstream = new OciLayoutUpstream("demo.local", folder);
    layer = blob("a layer".getBytes(UTF_8));
  }

  private Digest blob(byte[] bytes) throws IOException {
    var digest = Digest.sha256(bytes);
    var file = folder.resolve("blobs/sha256").resolve(digest.hex());
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return digest;
  }

  private RawManifest image(String comment, Map<String, String> annotations) throws IOException {
    var config = blob(comment.getBytes(UTF_8));
    var manifest = Documents.manifest(new Descriptor(MediaTypes.OCI_CONFIG, config, comment.length()),
        List.of(new Descriptor(MediaTypes.OCI_LAYER, layer, 7)), Map.of());
    blob(manifest.bytes());
    entries.add(new Descriptor(manifest.mediaType(), manifest.digest(), manifest.sizeBytes(), null, null, List.of(),
        annotations));
    writeIndex();
    return manifest;
  }

  private void writeIndex() throws IOException {
    Files.write(folder.resolve("index.json"), Documents.index(entries, Map.of()).bytes());
  }

  private RawManifest named(String name) throws IOException {
    return image(name, Map.of("org.opencontainers.image.ref.name", name));
  }

  @ParameterizedTest
  @CsvSource({"org/app:1, org/app, 1", "quay.io/org/app:1, org/app, 1", "app:1, library/app, 1",
      "docker.io/library/app:1, app, 1", "1, any/thing, 1"})
  void an_image_is_found_by_its_name(String name, String repository, String tag) throws IOException {
    var image = named(name);

    assertThat(upstream.manifest(repository, new Reference.Tag(tag))).isEqualTo(image);
    assertThat(upstream.tags(repository, Upstream.TagQuery.ALL).tags()).containsExactly(tag);
  }

  @Test
  void a_name_of_containerds_wins_over_the_bare_tag_beside_it() throws IOException {
    image("x", Map.of("org.opencontainers.image.ref.name", "1", "io.containerd.image.name", "docker.io/library/a:1"));

    assertThatThrownBy(() -> upstream.manifest("b", new Reference.Tag("1")))
        .isInstanceOf(UpstreamFailure.NotFound.class)
        .hasMessageContaining("it has docker.io/library/a:1");
    assertThat(upstream.manifest("a", new Reference.Tag("1"))).isNotNull();
  }

  @Test
  void a_full_name_wins_over_a_bare_tag() throws IOException {
    var full = named("org/app:1");
    named("1");

    assertThat(upstream.manifest("org/app", new Reference.Tag("1"))).isEqualTo(full);
  }

  @Test
  void a_manifest_that_no_entry_names_is_found_by_digest() throws IOException {
    named("1");
    var inner = Documents.index(List.of(), Map.of());
    blob(inner.bytes());

    assertThat(upstream.manifest("org/app", new Reference.Exact(inner.digest()))).isEqualTo(inner);
    assertThat(upstream.head("org/app", new Reference.Exact(inner.digest())))
        .isEqualTo(new Upstream.ManifestHead(MediaTypes.OCI_INDEX, inner.digest(), inner.sizeBytes()));
  }

  @Test
  void a_layer_is_no_manifest() throws IOException {
    named("1");

    assertThatThrownBy(() -> upstream.manifest("org/app", new Reference.Exact(layer)))
        .isInstanceOf(UpstreamFailure.Malformed.class);
  }

  @Test
  void an_index_that_changed_is_read_anew() throws IOException {
    named("1");
    upstream.manifest("app", new Reference.Tag("1"));

    var second = named("2");

    assertThat(upstream.manifest("app", new Reference.Tag("2"))).isEqualTo(second);
  }

  @Test
  void a_blob_is_read_from_an_offset() throws IOException {
    try (var in = upstream.blob("app", layer, 2)) {
      assertThat(in.totalBytes()).isEqualTo(7);
      assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("layer");
    }
  }

  @Test
  void a_blob_that_is_not_there_is_not_found() {
    assertThatThrownBy(() -> upstream.blob("app", Digest.sha256(new byte[]{9}), 0))
        .isInstanceOf(UpstreamFailure.NotFound.class);
  }

  @Test
  void a_manifest_that_rotted_is_malformed() throws IOException {
    var image = named("1");
    Files.writeString(folder.resolve("blobs/sha256").resolve(image.digest().hex()), "{}");

    assertThatThrownBy(() -> upstream.manifest("app", new Reference.Tag("1")))
        .isInstanceOf(UpstreamFailure.Malformed.class);
  }

  @Test
  void a_folder_that_is_no_layout_is_unavailable() {
    assertThatThrownBy(() -> upstream.manifest("app", new Reference.Tag("1")))
        .isInstanceOf(UpstreamFailure.Unavailable.class)
        .hasMessageContaining("is no OCI layout that can be read");
  }

  @Test
  void referrers_are_the_entries_that_name_the_subject() throws IOException {
    var image = named("1");
    var signature = ("{\"schemaVersion\":2,\"artifactType\":\"application/x-signature\",\"config\":{\"mediaType\":\""
        + MediaTypes.OCI_EMPTY + "\",\"digest\":\"" + layer
        + "\",\"size\":2},\"layers\":[],\"subject\":{\"mediaType\":\""
        + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + image.digest() + "\",\"size\":1}}").getBytes(UTF_8);
    entries.add(new Descriptor(MediaTypes.OCI_MANIFEST, blob(signature), signature.length));
    writeIndex();

    assertThat(upstream.referrers("app", image.digest())).singleElement()
        .satisfies(found -> assertThat(found.artifactType()).isEqualTo("application/x-signature"));
    assertThat(upstream.referrers("app", layer)).isEmpty();
  }

  @Test
  void tags_are_paged_after_the_last_one() throws IOException {
    named("a:2");
    named("a:1");
    named("a:3");

    var first = upstream.tags("a", new Upstream.TagQuery(2, null));

    assertThat(first).isEqualTo(new Upstream.TagPage(List.of("1", "2"), "2"));
    assertThat(upstream.tags("a", new Upstream.TagQuery(2, "2"))).isEqualTo(new Upstream.TagPage(List.of("3"), null));
  }
}
