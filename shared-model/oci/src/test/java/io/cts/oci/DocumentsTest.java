package io.cts.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Platform;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  private static final Digest A = Digest.sha256(new byte[]{1});
  private static final Digest B = Digest.sha256(new byte[]{2});
  private static final Digest C = Digest.sha256(new byte[]{3});
  private static final String CONFIG = "\"config\":{\"mediaType\":\"" + MediaTypes.DOCKER_CONFIG + "\",\"digest\":\""
      + A + "\",\"size\":7}";

  private static RawManifest manifest(String json) {
    return RawManifest.of(MediaTypes.DOCKER_MANIFEST, json.getBytes(UTF_8));
  }

  private static RawManifest index(String json) {
    return RawManifest.of(MediaTypes.OCI_INDEX, json.getBytes(UTF_8));
  }

  private static Descriptor image(String platform, Digest digest) {
    return new Descriptor(MediaTypes.OCI_MANIFEST, digest, 5, Platform.parse(platform), null, List.of(), Map.of());
  }

  @Test
  void a_docker_manifest_is_read() throws MalformedManifest {
    var raw = manifest("{\"schemaVersion\":2," + CONFIG + ",\"layers\":[{\"mediaType\":\""
        + MediaTypes.DOCKER_LAYER_GZIP + "\",\"size\":9,\"digest\":\"" + B + "\",\"unknown\":{}}]}");

    var manifest = (Manifest) ManifestDocument.parse(raw);

    assertThat(manifest.layers()).containsExactly(new Descriptor(MediaTypes.DOCKER_LAYER_GZIP, B, 9));
    assertThat(manifest.isImage()).isTrue();
    assertThat(manifest.raw()).isSameAs(raw);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "1", "{\"schemaVersion\":1}", "{\"schemaVersion\":2}",
      "{\"schemaVersion\":2,\"schemaVersion\":2}", "{\"schemaVersion\":2} {}"})
  void what_is_no_manifest_is_malformed(String json) {
    assertThatThrownBy(() -> Manifest.parse(manifest(json))).isInstanceOf(MalformedManifest.class);
  }

  @Test
  void a_complaint_says_where() {
    var json = "{\"schemaVersion\":2," + CONFIG + ",\"layers\":[{\"mediaType\":\"x\",\"size\":-1,\"digest\":\"" + B
        + "\"}]}";

    assertThatThrownBy(() -> Manifest.parse(manifest(json)))
        .hasMessage("malformed manifest at layers[0].size: expected a size in bytes");
  }

  @Test
  void a_document_that_is_a_manifest_and_an_index_is_neither() {
    assertThatThrownBy(
        () -> Manifest.parse(manifest("{\"schemaVersion\":2," + CONFIG + ",\"layers\":[],\"manifests\":[]}")))
        .hasMessageContaining("manifests: belongs to another kind");
    assertThatThrownBy(() -> ImageIndex.parse(index("{\"schemaVersion\":2,\"layers\":[],\"manifests\":[]}")))
        .hasMessageContaining("layers: belongs to another kind");
  }

  @Test
  void a_document_that_came_as_another_type_than_it_says_is_malformed() {
    assertThatThrownBy(() -> Manifest.parse(
        manifest("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\"," + CONFIG + "}")))
        .hasMessageContaining("it came as " + MediaTypes.DOCKER_MANIFEST);
  }

  @Test
  void json_too_deep_is_malformed() {
    var json = "{\"schemaVersion\":2,\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";

    assertThatThrownBy(() -> Manifest.parse(manifest(json))).isInstanceOf(MalformedManifest.class)
        .hasMessageContaining("depth");
  }

  @Test
  void more_layers_than_can_be_stacked_are_malformed() {
    var layer = "{\"mediaType\":\"x\",\"size\":1,\"digest\":\"" + B + "\"}";
    var json = "{\"schemaVersion\":2," + CONFIG + ",\"layers\":[" + (layer + ",").repeat(512) + layer + "]}";

    assertThatThrownBy(() -> Manifest.parse(manifest(json))).hasMessageContaining("513 entries");
  }

  @Test
  void a_document_longer_than_the_bound_is_malformed() {
    assertThatThrownBy(() -> Manifest.parse(manifest(" ".repeat(RawManifest.MOST_BYTES + 1))))
        .hasMessageContaining("more than the 4194304 allowed");
  }

  @Test
  void a_media_type_that_cts_does_not_read_is_malformed() {
    var schema1 = RawManifest.of("application/vnd.docker.distribution.manifest.v1+prettyjws", new byte[0]);

    assertThatThrownBy(() -> ManifestDocument.parse(schema1)).hasMessageContaining("CTS does not read application/vnd");
  }

  @Test
  void an_artifact_is_no_image() throws MalformedManifest {
    var raw = Documents.manifest(new Descriptor(MediaTypes.OCI_EMPTY, A, 2), List.of(), Map.of());

    assertThat(Manifest.parse(raw).isImage()).isFalse();
  }

  @Test
  void a_configuration_gives_its_diff_ids_and_platform() throws MalformedManifest {
    var json = "{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\",\"config\":{},\"rootfs\":{\"type\":"
        + "\"layers\",\"diff_ids\":[\"" + A + "\",\"" + B + "\"]}}";

    var config = ImageConfig.parse(json.getBytes(UTF_8));

    assertThat(config).isEqualTo(new ImageConfig(Platform.parse("linux/arm64/v8"), List.of(A, B)));
  }

  @ParameterizedTest
  @CsvSource({"linux/amd64, 0", "linux/amd64/v3, 1", "linux/amd64/v4, 1", "linux/amd64/v2, 0", "linux/arm/v7, 3",
      "linux/arm/v6, 2", "linux/arm, 3", "linux/arm64, 4", "linux/s390x, -1", "windows/amd64, -1", "linux/arm/v5, -1"})
  void a_node_takes_the_highest_variant_that_it_runs(String wanted, int chosen) {
    var entries = List.of(image("linux/amd64", A), image("linux/amd64/v3", A), image("linux/arm/v6", A),
        image("linux/arm/v7", A), image("linux/arm64/v8", A), image("unknown/unknown", A));

    var choice = PlatformChoice.of(Platform.parse(wanted)).among(entries);

    assertThat(choice.map(entries::indexOf).orElse(-1)).isEqualTo(chosen);
  }

  @Test
  void an_image_alone_needs_no_platform_and_attestations_do_not_count() {
    var image = new Descriptor(MediaTypes.OCI_MANIFEST, A, 5);
    var attestation = new Descriptor(MediaTypes.OCI_MANIFEST, B, 5, null, null, List.of(),
        Map.of("vnd.docker.reference.digest", A.toString()));

    assertThat(PlatformChoice.of(Platform.parse("linux/amd64")).among(List.of(attestation, image))).contains(image);
    assertThat(PlatformChoice.of(Platform.parse("linux/amd64")).among(List.of(image, image))).isEmpty();
  }

  @Test
  void an_index_is_rewritten_and_keeps_what_cts_does_not_know() throws MalformedManifest {
    var index = ImageIndex.parse(index("{\"schemaVersion\":2,\"manifests\":["
        + "{\"mediaType\":\"" + MediaTypes.DOCKER_MANIFEST + "\",\"digest\":\"" + A
        + "\",\"size\":1,\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\",\"os.version\":\"7\"}},"
        + "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + B + "\",\"size\":2,\"new\":[1]},"
        + "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + C + "\",\"size\":3}],\"x\":true}"));
    var made = RawManifest.of(MediaTypes.OCI_MANIFEST, "{}".getBytes(UTF_8));

    var rewritten = index.rewritten(Map.of(A, made), Set.of(C));

    assertThat(rewritten.bytes()).asString(UTF_8)
        .isEqualTo("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST
            + "\",\"digest\":\"" + made.digest()
            + "\",\"size\":2,\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\",\"os.version\":\"7\"}},"
            + "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + B
            + "\",\"size\":2,\"new\":[1]}],\"x\":true}");
  }

  @Test
  void a_made_manifest_is_always_the_same_and_reads_back() throws MalformedManifest {
    var config = new Descriptor(MediaTypes.OCI_CONFIG, A, 7);
    var layers = List.of(new Descriptor(MediaTypes.OCI_LAYER, B, 9), new Descriptor(MediaTypes.OCI_LAYER_ZSTD, C, 4));

    var made = Documents.manifest(config, layers, Map.of("k", "v"));

    assertThat(made.bytes()).asString(UTF_8)
        .isEqualTo("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":{\"mediaType\":\""
            + MediaTypes.OCI_CONFIG + "\",\"digest\":\"" + A + "\",\"size\":7},\"layers\":[{\"mediaType\":\""
            + MediaTypes.OCI_LAYER + "\",\"digest\":\"" + B + "\",\"size\":9},{\"mediaType\":\""
            + MediaTypes.OCI_LAYER_ZSTD + "\",\"digest\":\"" + C + "\",\"size\":4}],\"annotations\":{\"k\":\"v\"}}");
    var read = Manifest.parse(made);
    assertThat(read.layers()).isEqualTo(layers);
    assertThat(read.annotations()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void layer_types_tell_their_codec() {
    assertThat(MediaTypes.layerCodec(MediaTypes.DOCKER_LAYER_GZIP)).contains(CodecFamily.GZIP);
    assertThat(MediaTypes.layerCodec(MediaTypes.OCI_LAYER_ZSTD)).contains(CodecFamily.ZSTD);
    assertThat(MediaTypes.layerCodec(MediaTypes.OCI_LAYER)).contains(CodecFamily.IDENTITY);
    assertThat(MediaTypes.layerCodec("application/vnd.cncf.helm.chart.content.v1.tar+gzip")).isEmpty();
    assertThat(MediaTypes.isForeignLayer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")).isTrue();
  }
}
