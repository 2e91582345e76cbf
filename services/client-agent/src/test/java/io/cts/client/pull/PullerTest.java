package io.cts.client.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.cts.oci.Reference;
import io.cts.oci.Upstreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullerTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");
  private static final byte[] BASE = text(2_000_000, 1);
  private static final byte[] APP = text(500_000, 2);
  private static final Client CLIENT = Client.of("1.0");

  @TempDir
  Path folder;
  private PlainRegistry registry;

  /** Words in a random order: they compress as layers do. */
  private static byte[] text(int size, long seed) {
    var random = new Random(seed);
    var text = new StringBuilder(size + 20);
    while (text.length() < size) {
      text.append("word").append(random.nextInt(5000)).append(' ');
    }
    return text.substring(0, size).getBytes(StandardCharsets.UTF_8);
  }

  @BeforeEach
  void start() throws IOException {
    registry = new PlainRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private PullResult pull(Client client) throws IOException {
    return new Puller(client, registry.source(), AMD64, Destination.NOWHERE).pull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip-6", "zstd-3", "lz4-fast", "lz4-hc9"})
  void a_plain_image_is_verified_whatever_it_travels_in(String text) throws IOException {
    var encoding = Encoding.parse(text);
    var manifest = registry.encodingAs(encoding).plainImage(BASE, APP);

    var result = pull(CLIENT);

    assertThat(result.form()).isEqualTo(Form.PLAIN);
    assertThat(result.manifest()).isEqualTo(manifest.digest());
    assertThat(result.layers()).extracting(PullResult.LayerResult::coding).containsOnly(encoding.family());
    assertThat(result.encodings()).isEqualTo("2 " + text);
    var wire = PlainRegistry.encoded(BASE, encoding).length + PlainRegistry.encoded(APP, encoding).length;
    assertThat(result.layers().stream().mapToLong(PullResult.LayerResult::wireBytes).sum()).isEqualTo(wire);
    if (encoding.family() != CodecFamily.IDENTITY) {
      assertThat(result.decodeSeconds()).isPositive();
    }
  }

  @Test
  void it_says_who_it_is_and_what_it_reads() throws IOException {
    registry.plainImage(BASE);

    pull(new Client("1.0", NodeId.of("edge-7"), null, EnumSet.of(CodecFamily.GZIP, CodecFamily.ZSTD), 2));

    var headers = registry.blobRequests().getLast();
    assertThat(headers.getFirst("User-Agent")).isEqualTo("cts-agent/1.0");
    assertThat(headers.getFirst("CTS-Node")).isEqualTo("edge-7");
    assertThat(headers.getFirst("Accept-Encoding")).isEqualTo("zstd, gzip");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip-6", "zstd-3", "identity"})
  void a_layer_cut_in_the_middle_of_its_encoding_goes_on_with_the_plain_rest(String encoding) throws IOException {
    registry.encodingAs(Encoding.parse(encoding)).cuttingAfter(200_000).plainImage(BASE);

    var result = pull(CLIENT);

    assertThat(result.layers().getFirst().breaks()).isEqualTo(1);
    assertThat(registry.blobRequests().getLast().getFirst("Range")).matches("bytes=[1-9]\\d+-");
  }

  @Test
  void a_layer_cut_before_anything_could_be_decoded_is_asked_for_whole_again() throws IOException {
    registry.encodingAs(Encoding.LZ4_FAST).cuttingAfter(1_000).plainImage(BASE);

    var result = pull(CLIENT);

    assertThat(result.layers().getFirst().breaks()).isEqualTo(1);
    assertThat(registry.blobRequests().getLast()).doesNotContainKey("Range");
  }

  @Test
  void an_image_as_its_author_made_it_is_verified_through_its_gzip() throws IOException {
    var gzip = PlainRegistry.encoded(BASE, Encoding.gzip(6));
    var layer = new Descriptor(MediaTypes.DOCKER_LAYER_GZIP, registry.blob(gzip), gzip.length);
    registry.manifest("1", registry.image(List.of(layer), List.of(Digest.sha256(BASE))));

    var result = pull(CLIENT);

    assertThat(result.layers().getFirst().diffId()).isEqualTo(Digest.sha256(BASE));
    assertThat(result.encodings()).isEqualTo("1 gzip");
    assertThat(result.decodeSeconds()).isPositive();
  }

  @Test
  void a_layer_whose_content_is_not_what_the_configuration_says_is_refused() {
    var layer = new Descriptor(MediaTypes.OCI_LAYER, registry.blob(BASE), BASE.length);
    registry.manifest("1", registry.image(List.of(layer), List.of(Digest.sha256(APP))));

    assertThatThrownBy(() -> pull(CLIENT)).isInstanceOf(PullFailed.class)
        .hasMessageContaining("and not " + Digest.sha256(APP));
  }

  @Test
  void wrong_bytes_are_refused_and_nothing_of_them_stays() throws IOException {
    registry.encodingAs(Encoding.zstd(3)).plainImage(BASE, APP);
    registry.corrupt(Digest.sha256(APP), text(500_000, 3));

    assertThatThrownBy(
        () -> new Puller(CLIENT, registry.source(), AMD64, new LayoutFolder(folder, "org/app:1")).pull())
        .isInstanceOf(PullFailed.class)
        .hasMessageContaining("tried to verify layer " + Digest.sha256(APP));
    try (var files = Files.list(folder.resolve("blobs/sha256"))) {
      assertThat(files).noneMatch(file -> file.endsWith(Digest.sha256(APP).hex()))
          .noneMatch(file -> file.getFileName().toString().startsWith(".part"));
    }
    assertThat(folder.resolve("index.json")).doesNotExist();
  }

  @Test
  void a_pulled_layout_can_be_read_and_what_is_there_is_not_fetched_again() throws IOException {
    var manifest = registry.encodingAs(Encoding.zstd(3)).plainImage(BASE, APP);
    var destination = new LayoutFolder(folder, "org/app:1");
    new Puller(CLIENT, registry.source(), AMD64, destination).pull();

    var again = new Puller(CLIENT, registry.source(), AMD64, destination).pull();

    assertThat(again.layers()).allMatch(PullResult.LayerResult::held);
    try (var layout = Upstreams.parse("demo.local", "oci:" + folder);
        var blob = layout.blob("org/app", Digest.sha256(BASE), 0)) {
      assertThat(layout.manifest("org/app", new Reference.Tag("1"))).isEqualTo(manifest);
      assertThat(blob.readAllBytes()).isEqualTo(BASE);
    }
  }

  @Test
  void the_platform_is_chosen_from_an_index() throws IOException {
    var arm = registry.plainImage(APP);
    var amd = registry.plainImage(BASE);
    registry.manifest("1", Documents.index(List.of(
        new Descriptor(arm.mediaType(), arm.digest(), arm.sizeBytes(), Platform.parse("linux/arm64"), null, List.of(),
            Map.of()),
        new Descriptor(amd.mediaType(), amd.digest(), amd.sizeBytes(), AMD64, null, List.of(), Map.of())), Map.of()));

    assertThat(pull(CLIENT).manifest()).isEqualTo(amd.digest());
    assertThatThrownBy(
        () -> new Puller(CLIENT, registry.source(), Platform.parse("linux/s390x"), Destination.NOWHERE).pull())
        .hasMessageContaining("no image for linux/s390x among [linux/arm64, linux/amd64]");
  }

  @Test
  void an_image_without_layers_and_one_with_a_layer_twice_are_pulled() throws IOException {
    registry.plainImage();
    assertThat(pull(CLIENT).layers()).isEmpty();

    registry.plainImage(APP, APP);
    assertThat(pull(CLIENT).layers()).hasSize(1);
  }

  @Test
  void a_missing_tag_fails_with_the_registrys_words() {
    assertThatThrownBy(() -> pull(CLIENT)).isInstanceOf(PullFailed.class)
        .hasMessageContaining("tried to fetch manifest 1 of 127.0.0.1:")
        .hasMessageContaining("the registry answered 404 MANIFEST_UNKNOWN (no); check the name and the tag");
  }
}
