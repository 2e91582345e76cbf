package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.blobs.BlobPruner;
import io.cts.cache.catalog.Catalog;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerTranscoder;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerEncoded;
import io.cts.contract.LayerFeatures;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.Platform;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullPlanned.WantedEncoding;
import io.cts.contract.PullRequested;
import io.cts.contract.PullRequested.Origin;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The registry as engines see it, on a real broker and database, with an upstream that can be made to fail. */
@WithKafkaAndPostgres
@SpringBootTest(classes = CacheService.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "spring.config.name=cache", "cts.cache.public-upstreams=false", "cts.cache.tag-freshness=0s"})
class RegistryIT {
  private static final TestRegistry UPSTREAM = TestRegistry.open();

  @LocalServerPort
  private int port;
  @Autowired
  private BlobPruner blobs;
  @Autowired
  private Catalog catalog;

  @DynamicPropertySource
  static void upstreams(DynamicPropertyRegistry registry) {
    registry.add("cts.cache.upstreams[0].name", () -> "test.local");
    registry.add("cts.cache.upstreams[0].url", UPSTREAM::url);
    registry.add("cts.cache.upstreams[1].name", () -> "docker.io");
    registry.add("cts.cache.upstreams[1].url", UPSTREAM::url);
  }

  @AfterAll
  static void close() {
    UPSTREAM.close();
  }

  @AfterEach
  void heal() {
    UPSTREAM.failWith = 0;
    UPSTREAM.cutBlobsAfter = -1;
    UPSTREAM.corruptBlobs = false;
  }

  @Test
  void a_registry_says_that_it_is_one() throws Exception {
    var answer = Client.docker(port).get("/v2/");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Docker-Distribution-Api-Version")).contains("registry/2.0");
  }

  @Test
  void an_unknown_image_streams_through_as_it_is_before_anybody_studied_it() throws Exception { // pain 1
    var image = TestImage.gzip(1, 2, 64);
    UPSTREAM.push("first", image);
    var docker = Client.docker(port);

    var head = docker.head("/v2/test.local/org/app/manifests/first");
    var manifest = docker.get("/v2/test.local/org/app/manifests/" + image.manifest.digest());

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Docker-Content-Digest")).contains(image.manifest.digest().toString());
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(image.manifest.sizeBytes());
    assertThat(head.headers().firstValue("Content-Type")).contains(image.manifest.mediaType());
    assertThat(manifest.body()).isEqualTo(image.manifest.bytes());
    for (var layer : image.layers) {
      var blob = docker.get("/v2/test.local/org/app/blobs/" + layer);
      assertThat(blob.statusCode()).isEqualTo(200);
      assertThat(blob.headers().firstValue("Content-Encoding")).isEmpty();
      assertThat(Digest.sha256(blob.body())).isEqualTo(layer);
    }
    assertThat(docker.get("/v2/test.local/org/app/blobs/" + image.config).body())
        .isEqualTo(image.blobs.get(image.config));
  }

  @Test
  void each_byte_is_fetched_once_from_its_upstream() throws Exception {
    var image = TestImage.gzip(2, 1, 64);
    UPSTREAM.push("once", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/once/app/manifests/once");
    docker.get("/v2/test.local/once/app/blobs/" + image.layers.getFirst());

    docker.get("/v2/test.local/once/app/blobs/" + image.layers.getFirst());

    assertThat(UPSTREAM.requestsFor("/v2/once/app/blobs/" + image.layers.getFirst())).isOne();
  }

  @Test
  void the_upstream_is_named_by_path_by_ns_or_is_docker_io() throws Exception { // pains 2 and 11
    var image = TestImage.gzip(3, 1, 4);
    UPSTREAM.push("named", image);
    var client = Client.containerd(port);

    assertThat(client.get("/v2/test.local/some/app/manifests/named").statusCode()).isEqualTo(200);
    assertThat(client.get("/v2/some/app/manifests/named?ns=test.local").statusCode()).isEqualTo(200);
    assertThat(client.get("/v2/library/app/manifests/named").statusCode()).isEqualTo(200);
    assertThat(client.get("/v2/docker.io/app/manifests/named").statusCode()).isEqualTo(200);
    assertThat(UPSTREAM.requestsFor("/v2/library/app/manifests/")).isPositive();
  }

  @Test
  void ranges_are_answered_as_the_specification_asks() throws Exception {
    var image = TestImage.gzip(4, 1, 64);
    UPSTREAM.push("ranges", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/ranges/app/manifests/ranges");
    var path = "/v2/test.local/ranges/app/blobs/" + image.layers.getFirst();
    var whole = docker.get(path).body();

    expectPart(docker, path, "bytes=500-1499", whole, 500, 1500);
    expectPart(docker, path, "bytes=500-", whole, 500, whole.length);
    expectPart(docker, path, "bytes=-500", whole, whole.length - 500, whole.length);
    expectPart(docker, path, "bytes=2000-" + (whole.length + 5000), whole, 2000, whole.length);
    assertThat(docker.get(path, "Range", "bytes=500-0").statusCode()).isEqualTo(416);
    assertThat(docker.get(path, "Range", "bytes=" + whole.length + "-").statusCode()).isEqualTo(416);
    assertThat(docker.get(path, "Range", "bytes=0-").statusCode()).isEqualTo(200);
  }

  @Test
  void what_is_not_there_is_told_in_the_specifications_words() throws Exception {
    UPSTREAM.push("there", TestImage.gzip(5, 1, 4));
    var docker = Client.docker(port);
    docker.get("/v2/test.local/missing/app/manifests/there");

    expectError(docker, "/v2/test.local/missing/app/manifests/no-such-tag", 404, "MANIFEST_UNKNOWN", "no-such-tag");
    expectError(docker, "/v2/test.local/missing/app/blobs/" + Digest.sha256(new byte[]{9}), 404, "BLOB_UNKNOWN",
        "blob");
    expectError(docker, "/v2/test.local/missing/app/blobs/sha256:abc", 400, "DIGEST_INVALID", "sha256");
    expectError(docker, "/v2/test.local/missing/app/manifests/sha256:abc", 400, "DIGEST_INVALID", "sha256");
    expectError(docker, "/v2/test.local/Missing/app/manifests/x", 400, "NAME_INVALID", "Missing");
    expectError(docker, "/v2/elsewhere.example/app/manifests/x", 403, "DENIED", "elsewhere.example");
    expectError(docker, "/v2/nothing", 404, "NAME_UNKNOWN", "/v2/nothing");
    assertThat(docker.send("POST", "/v2/test.local/missing/app/blobs/uploads/").statusCode()).isEqualTo(405);
  }

  @Test
  void what_an_upstream_refuses_is_passed_on_with_its_reason() throws Exception {
    var docker = Client.docker(port);

    UPSTREAM.failWith = 401;
    expectError(docker, "/v2/test.local/refused/app/manifests/a", 401, "UNAUTHORIZED", "refused/app");
    UPSTREAM.failWith = 403;
    expectError(docker, "/v2/test.local/refused/app/manifests/b", 403, "DENIED", "refused/app");
  }

  @Test
  void tags_are_listed_in_pages() throws Exception {
    UPSTREAM.push("tag-a", TestImage.gzip(6, 1, 4));
    UPSTREAM.push("tag-b", TestImage.gzip(7, 1, 4));

    var answer = Client.docker(port).get("/v2/test.local/listed/app/tags/list");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), UTF_8)).contains("\"tag-a\"", "\"tag-b\"", "\"name\":\"listed/app\"");
  }

  @Test
  void referrers_come_from_the_upstream_and_can_be_filtered() throws Exception { // pain 12
    var image = TestImage.gzip(8, 1, 4);
    UPSTREAM.push("referred", image);
    UPSTREAM.refer(image.manifest.digest(), new Descriptor(MediaTypes.OCI_MANIFEST, image.config, 3, null,
        "application/vnd.example.sbom", List.of(), Map.of()));
    var path = "/v2/test.local/referred/app/referrers/" + image.manifest.digest();
    var docker = Client.docker(port);

    var all = docker.get(path);
    var none = docker.get(path + "?artifactType=application/vnd.other");

    assertThat(all.headers().firstValue("Content-Type")).contains(MediaTypes.OCI_INDEX);
    assertThat(new String(all.body(), UTF_8)).contains("application/vnd.example.sbom");
    assertThat(none.headers().firstValue("OCI-Filters-Applied")).contains("artifactType");
    assertThat(new String(none.body(), UTF_8)).contains("\"manifests\":[]");
    assertThat(new String(docker.get("/v2/test.local/referred/app/referrers/" + image.config).body(), UTF_8))
        .contains("\"manifests\":[]");
  }

  @Test
  void a_known_image_is_served_while_its_upstream_is_down() throws Exception { // pain 7
    var image = TestImage.gzip(9, 1, 16);
    UPSTREAM.push("down", image);
    var docker = Client.docker(port); // elsewhere than the other tests: an upstream that failed is left alone for a while
    docker.get("/v2/docker.io/down/app/manifests/down");
    docker.get("/v2/docker.io/down/app/blobs/" + image.layers.getFirst());

    UPSTREAM.failWith = 503;
    var manifest = docker.get("/v2/docker.io/down/app/manifests/down");
    var blob = docker.get("/v2/docker.io/down/app/blobs/" + image.layers.getFirst());

    assertThat(manifest.statusCode()).isEqualTo(200);
    assertThat(Digest.sha256(blob.body())).isEqualTo(image.layers.getFirst());
  }

  @Test
  void a_repository_that_turned_private_is_served_no_more() throws Exception { // pain 5
    var image = TestImage.gzip(10, 1, 16);
    UPSTREAM.push("private", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/private/app/manifests/private");
    docker.get("/v2/test.local/private/app/blobs/" + image.layers.getFirst());

    UPSTREAM.failWith = 401;
    docker.get("/v2/test.local/private/app/manifests/private");

    assertThat(docker.get("/v2/test.local/private/app/manifests/" + image.manifest.digest()).statusCode())
        .isEqualTo(401);
    assertThat(docker.get("/v2/test.local/private/app/blobs/" + image.layers.getFirst()).statusCode()).isEqualTo(401);
  }

  @Test
  void a_blob_is_not_served_through_a_repository_that_does_not_hold_it() throws Exception {
    var image = TestImage.gzip(11, 1, 16);
    UPSTREAM.push("held", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/holds/app/manifests/held");
    docker.get("/v2/test.local/holds/app/blobs/" + image.layers.getFirst());

    UPSTREAM.failWith = 404;

    assertThat(docker.get("/v2/test.local/other/app/blobs/" + image.layers.getFirst()).statusCode()).isEqualTo(404);
  }

  @Test
  void a_wrong_blob_is_never_completed_and_never_kept() throws Exception { // pain 15
    var image = TestImage.gzip(12, 1, 1024);
    UPSTREAM.push("wrong", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/wrong/app/manifests/wrong");

    UPSTREAM.corruptBlobs = true;
    assertThatThrownBy(() -> docker.get("/v2/test.local/wrong/app/blobs/" + image.layers.getFirst()))
        .isInstanceOf(IOException.class);

    assertThat(blobs.size(image.layers.getFirst())).isEmpty();
  }

  @Test
  void a_ready_image_is_served_to_each_engine_in_a_form_that_it_reads(TopicReader topics) throws Exception {
    var image = TestImage.gzip(13, 2, 256); // pain 3: docker before 23 fails on zstd layers
    UPSTREAM.push("ready", image);
    var pull = announce(topics, "test.local/ready/app:ready", image, Encoding.zstd(3));

    var docker = Client.docker(port);
    var forDocker = docker.get("/v2/test.local/ready/app/manifests/ready");
    var layers = Manifest.parse(RawManifest.of(MediaTypes.OCI_MANIFEST, forDocker.body())).layers();
    assertThat(layers).extracting(Descriptor::mediaType).doesNotContain(MediaTypes.OCI_LAYER_ZSTD);
    var ready = topics.await(Topics.PULL_READY, event -> event.pull().equals(pull));
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
    announce(topics, "test.local/plain/app:plain", image, Encoding.zstd(3));
    var tar = image.tars.getFirst();
    var path = "/v2/test.local/plain/app/blobs/" + image.diffId(0);

    for (var client : List.of(Client.docker(port), Client.containerd(port),
        new Client("http://127.0.0.1:" + port, "curl/8", ""))) {
      var answer = client.get(path);
      assertThat(answer.statusCode()).isEqualTo(200);
      var coding = answer.headers().firstValue("Content-Encoding").orElse("identity");
      assertThat(client.acceptEncoding() + ",identity").contains(coding);
      assertThat(decoded(answer.body(), coding)).isEqualTo(tar);
      assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
      assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-transform");
      assertThat(answer.headers().firstValue("CTS-Encoding").orElse("")).startsWith(coding);
      var head = client.head(path);
      assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(tar.length);
      expectPart(client, path, "bytes=100000-", tar, 100000, tar.length);
      expectPart(client, path, "bytes=500-1499", tar, 500, 1500);
    }
  }

  @Test
  void an_evicted_variant_of_a_served_manifest_is_made_again_bit_for_bit(TopicReader topics) throws Exception { // pain 6
    var image = TestImage.gzip(15, 1, 256);
    UPSTREAM.push("evicted", image);
    announce(topics, "test.local/evicted/app:evicted", image, Encoding.zstd(9));
    var variant = Objects
        .requireNonNull(Objects.requireNonNull(catalog.variants(image.diffId(0)).get(Encoding.zstd(9))).variant());
    blobs.delete(variant);
    blobs.delete(image.layers.getFirst());

    var answer = Client.containerd(port).get("/v2/test.local/evicted/app/blobs/" + variant);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Digest.sha256(answer.body())).isEqualTo(variant);
  }

  @Test
  void an_image_that_cannot_be_had_fails_its_pull_with_the_reason(TopicReader topics) {
    var unknown = request("test.local/none/app:none");
    topics.publish(unknown);
    var notListed = request("elsewhere.example/app:1");
    topics.publish(notListed);

    PullFailed failed = topics.await(Topics.PULL_FAILED, event -> event.pull().equals(unknown.pull()));
    assertThat(failed.code()).isEqualTo("MANIFEST_UNKNOWN");
    assertThat(failed.message()).contains("none/app", "404");
    assertThat(topics.await(Topics.PULL_FAILED, event -> event.pull().equals(notListed.pull())).code())
        .isEqualTo("UPSTREAM_NOT_ALLOWED");
  }

  @Test
  void a_platform_that_an_index_does_not_hold_fails_its_pull_and_names_those_that_it_does(TopicReader topics) {
    var image = TestImage.gzip(16, 1, 4);
    UPSTREAM.push("only-amd64", image);
    UPSTREAM.push("two-platforms", Documents.index(List.of(new Descriptor(MediaTypes.OCI_MANIFEST,
        image.manifest.digest(), image.manifest.sizeBytes(), Platform.parse("linux/amd64"), null,
        List.of(), Map.of())), Map.of()));
    var request = new PullRequested(EventId.random(), Instant.now(), PullId.random(),
        ImageRef.parse("test.local/platforms/app:two-platforms"), Platform.parse("linux/s390x"), null,
        null, Objective.LATENCY, Origin.API);
    topics.publish(request);

    var failed = topics.await(Topics.PULL_FAILED, event -> event.pull().equals(request.pull()));

    assertThat(failed.code()).isEqualTo("PLATFORM_UNKNOWN");
    assertThat(failed.message()).contains("linux/s390x", "linux/amd64");
  }

  @Test
  void signed_images_and_those_with_foreign_layers_are_left_as_they_are(TopicReader topics) {
    var signed = TestImage.gzip(17, 1, 4);
    UPSTREAM.push("signed", signed);
    UPSTREAM.refer(signed.manifest.digest(), new Descriptor(MediaTypes.OCI_MANIFEST, signed.config, 3, null,
        "application/vnd.dev.cosign.artifact.sig.v1+json", List.of(), Map.of()));
    var foreign = TestImage.foreign(18);
    UPSTREAM.push("foreign", foreign);
    var ofSigned = request("test.local/left/app:signed");
    var ofForeign = request("test.local/left/app:foreign");
    topics.publish(ofSigned);
    topics.publish(ofForeign);

    assertThat(topics.await(Topics.IMAGE_STORED, event -> event.pull().equals(ofSigned.pull())).leftAsIs())
        .contains("signed");
    assertThat(topics.await(Topics.IMAGE_STORED, event -> event.pull().equals(ofForeign.pull())).leftAsIs())
        .contains("foreign");
  }

  /** Plays image-probe, decision and compression-worker until the pull is ready. */
  private PullId announce(TopicReader topics, String name, TestImage image, Encoding encoding) throws IOException {
    var request = request(name);
    topics.publish(request);
    var stored = topics.await(Topics.IMAGE_STORED, event -> event.pull().equals(request.pull()));
    var features = features(image);
    topics.publish(new ImageProfiled(EventId.random(), Instant.now(), request.pull(), request.image(),
        stored.manifest(), stored.config(), stored.platform(), features, null));
    var wanted = features.stream()
        .map(it -> new WantedEncoding(it.layer(), it.storedAs(), it.diffId(), it.sizeBytes(),
            encoding))
        .toList();
    topics.publish(new PullPlanned(EventId.random(), Instant.now(), request.pull(), stored.manifest(), null,
        EngineClass.OTHER, new Plan(Form.ORIGINAL, List.of(), 1, 1, 1, 1, "test", "a test"), wanted));
    for (var layer : features) {
      topics.publish(encode(image, layer, encoding));
    }
    topics.await(Topics.PULL_READY, event -> event.pull().equals(request.pull()));
    return request.pull();
  }

  private LayerEncoded encode(TestImage image, LayerFeatures layer, Encoding encoding) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var made = new LayerTranscoder(new ByteArrayInputStream(image.blob(layer.layer())), layer.storedAs(),
        DecodeBounds.LAYER, encoding).transcodeTo(bytes);
    try (var upload = blobs.begin()) {
      upload.write(bytes.toByteArray(), 0, bytes.size());
      upload.commit(made.encoded());
    }
    return new LayerEncoded(EventId.random(), Instant.now(), layer.layer(), layer.diffId(), encoding,
        Codecs.version(encoding), made.encoded(), made.encodedBytes(), made.plainBytes(), 0.1);
  }

  private static List<LayerFeatures> features(TestImage image) {
    var features = new ArrayList<LayerFeatures>();
    for (var i = 0; i < image.layers.size(); i++) {
      features.add(new LayerFeatures(image.layers.get(i), CodecFamily.GZIP, image.blob(image.layers.get(i)).length,
          image.diffId(i), image.tars.get(i).length, 2, List.of(), 5, List.of()));
    }
    return features;
  }

  private static PullRequested request(String image) {
    return new PullRequested(EventId.random(), Instant.now(), PullId.random(), ImageRef.parse(image), null, null, null,
        Objective.LATENCY, Origin.API);
  }

  private static byte[] decoded(byte[] body, String coding) throws IOException {
    try (var in = Codecs.of(CodecFamily.ofToken(coding).orElseThrow())
        .decoder(new ByteArrayInputStream(body),
            DecodeBounds.LAYER)) {
      return in.readAllBytes();
    }
  }

  private static void expectPart(Client client, String path, String range, byte[] whole, int from, int to)
      throws Exception {
    var answer = client.get(path, "Range", range);
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.headers().firstValue("Content-Range"))
        .contains("bytes " + from + "-" + (to - 1) + "/" + whole.length);
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(whole, from, to));
  }

  private static void expectError(Client client, String path, int status, String code, String says) throws Exception {
    var answer = client.get(path);
    var body = new String(answer.body(), UTF_8);
    assertThat(answer.statusCode()).as(body).isEqualTo(status);
    assertThat(body).contains("\"code\":\"" + code + "\"").contains(says);
  }
}
