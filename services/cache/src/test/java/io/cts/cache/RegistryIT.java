package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pull side of the distribution specification, as engines see it. */
class RegistryIT extends CacheWithUpstream {

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
  void bytes_go_on_to_every_client_while_they_come_and_pass_once() throws Exception { // pain 9: the proxy is slower
    var image = TestImage.gzip(2, 1, 4096);
    var layer = image.layers.getFirst();
    var size = image.blob(layer).length;
    UPSTREAM.push("once", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/once/app/manifests/once");
    var path = "/v2/test.local/once/app/blobs/" + layer;
    UPSTREAM.holdBlobsAfter = size - 1000;

    try (var first = docker.open(path); var second = Client.containerd(port).open(path)) {
      var early = first.readNBytes(size / 2);
      assertThat(second.readNBytes(size / 2)).isEqualTo(early);
      UPSTREAM.release();

      assertThat(whole(early, first.readAllBytes())).isEqualTo(layer);
      assertThat(whole(early, second.readAllBytes())).isEqualTo(layer);
    }
    assertThat(Digest.sha256(docker.get(path).body())).isEqualTo(layer);
    assertThat(UPSTREAM.requestsFor("/v2/once/app/blobs/" + layer)).isOne();
    assertThat(UPSTREAM.sentBytes.get(layer)).isEqualTo(size);
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

    docker.expectPart(path, "bytes=500-1499", whole, 500, 1500);
    docker.expectPart(path, "bytes=500-", whole, 500, whole.length);
    docker.expectPart(path, "bytes=-500", whole, whole.length - 500, whole.length);
    docker.expectPart(path, "bytes=2000-" + (whole.length + 5000), whole, 2000, whole.length);
    assertThat(docker.get(path, "Range", "bytes=500-0").statusCode()).isEqualTo(416);
    assertThat(docker.get(path, "Range", "bytes=" + whole.length + "-").statusCode()).isEqualTo(416);
    assertThat(docker.get(path, "Range", "bytes=0-").statusCode()).isEqualTo(200);
    assertThat(docker.head(path, "Range", "bytes=500-1499").statusCode()).isEqualTo(200); // RFC 9110, 14.2: of GET only
    var tag = docker.get(path).headers().firstValue("ETag").orElseThrow();
    assertThat(docker.get(path, "Range", "bytes=500-", "If-Range", tag).statusCode()).isEqualTo(206);
    assertThat(docker.get(path, "Range", "bytes=500-", "If-Range", "\"another\"").statusCode()).isEqualTo(200);
  }

  @Test
  void what_is_not_there_is_told_in_the_specifications_words() throws Exception {
    UPSTREAM.push("there", TestImage.gzip(5, 1, 4));
    var docker = Client.docker(port);
    docker.get("/v2/test.local/missing/app/manifests/there");

    docker.expectError("/v2/test.local/missing/app/manifests/no-such-tag", 404, "MANIFEST_UNKNOWN", "no-such-tag");
    docker.expectError("/v2/test.local/missing/app/blobs/" + Digest.sha256(new byte[]{9}), 404, "BLOB_UNKNOWN",
        "blob");
    docker.expectError("/v2/test.local/missing/app/blobs/sha256:abc", 400, "DIGEST_INVALID", "sha256");
    docker.expectError("/v2/test.local/missing/app/manifests/sha256:abc", 400, "DIGEST_INVALID", "sha256");
    docker.expectError("/v2/test.local/Missing/app/manifests/x", 400, "NAME_INVALID", "Missing");
    docker.expectError("/v2/elsewhere.example/app/manifests/x", 403, "DENIED", "elsewhere.example");
    docker.expectError("/v2/nothing", 404, "NAME_UNKNOWN", "/v2/nothing");
    assertThat(docker.send("POST", "/v2/test.local/missing/app/blobs/uploads/").statusCode()).isEqualTo(405);
  }

  @Test
  void tags_are_listed_in_pages() throws Exception {
    UPSTREAM.push("tag-a", TestImage.gzip(6, 1, 4));
    UPSTREAM.push("tag-b", TestImage.gzip(7, 1, 4));

    var answer = Client.docker(port).get("/v2/test.local/listed/app/tags/list");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), UTF_8)).contains("\"tag-a\"", "\"tag-b\"", "\"name\":\"listed/app\"");
    expectPagesInOrder();
    var none = Client.docker(port).get("/v2/test.local/listed/app/tags/list?n=0");
    assertThat(new String(none.body(), UTF_8)).isEqualTo("{\"name\":\"listed/app\",\"tags\":[]}");
    assertThat(none.headers().firstValue("Link")).isEmpty();
  }

  /** Follows the links from page to page; {@code last} itself is on the page before. */
  private void expectPagesInOrder() throws Exception {
    var all = tags("/v2/test.local/listed/app/tags/list");
    var seen = new ArrayList<String>();
    var next = Optional.of("/v2/test.local/listed/app/tags/list?n=2");
    while (next.isPresent()) {
      var page = tags(next.get());
      assertThat(page).hasSizeLessThanOrEqualTo(2);
      seen.addAll(page);
      next = Client.docker(port)
          .get(next.get())
          .headers()
          .firstValue("Link")
          .map(it -> it.substring(1, it.indexOf('>')));
    }
    assertThat(seen).isEqualTo(all).hasSizeGreaterThan(2);
    assertThat(tags("/v2/test.local/listed/app/tags/list?n=1000&last=tag-a")).startsWith("tag-b");
  }

  private List<String> tags(String path) throws Exception {
    var answer = Client.docker(port).get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    return new JsonMapper().readTree(answer.body()).path("tags").valueStream().map(JsonNode::asString).toList();
  }

  @Test
  void head_answers_as_get_does_without_the_body() throws Exception {
    var image = TestImage.gzip(21, 1, 16);
    UPSTREAM.push("headed", image);
    var name = "/v2/test.local/headed/app/";
    var docker = Client.docker(port);
    docker.get(name + "manifests/headed");

    for (var path : List.of(name + "manifests/headed", name + "manifests/" + image.manifest.digest(),
        name + "blobs/" + image.config, name + "blobs/" + image.layers.getFirst(), name + "tags/list",
        name + "referrers/" + image.manifest.digest(), "/v2/", name + "manifests/none",
        name + "blobs/" + Digest.sha256(new byte[]{7}), name + "blobs/sha256:short")) {
      var get = docker.get(path);
      var head = docker.head(path);
      assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
      assertThat(head.body()).as(path).isEmpty();
      for (var header : List.of("Content-Type", "Content-Length", "Docker-Content-Digest", "ETag", "Cache-Control")) {
        assertThat(head.headers().firstValue(header)).as(path + " " + header)
            .isEqualTo(get.headers().firstValue(header));
      }
    }
  }

  @Test
  void a_manifest_and_its_blobs_are_exact_by_tag_and_by_digest() throws Exception {
    var image = TestImage.gzip(22, 1, 16);
    UPSTREAM.push("exact", image);
    var name = "/v2/test.local/exact/app/";
    var docker = Client.docker(port);

    for (var reference : List.of("exact", image.manifest.digest().toString())) {
      var manifest = docker.get(name + "manifests/" + reference);
      assertThat(manifest.body()).isEqualTo(image.manifest.bytes());
      assertThat(manifest.headers().firstValueAsLong("Content-Length")).hasValue(image.manifest.sizeBytes());
      assertThat(manifest.headers().firstValue("Content-Type")).contains(MediaTypes.OCI_MANIFEST);
      assertThat(manifest.headers().firstValue("Docker-Content-Digest")).contains(image.manifest.digest().toString());
    }
    for (var blob : List.of(image.config, image.layers.getFirst())) {
      var answer = docker.get(name + "blobs/" + blob);
      assertThat(answer.body()).isEqualTo(image.blob(blob));
      assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(image.blob(blob).length);
      assertThat(answer.headers().firstValue("Docker-Content-Digest")).contains(blob.toString());
    }
  }

  @Test
  void blobs_of_nothing_and_of_an_empty_object_work() throws Exception {
    var nothing = UPSTREAM.hold(new byte[0]);
    var object = UPSTREAM.hold("{}".getBytes(UTF_8));
    UPSTREAM.push("empty-blobs", Documents.manifest(new Descriptor("application/vnd.oci.empty.v1+json", object, 2),
        List.of(new Descriptor("application/vnd.example", nothing, 0)), Map.of()));
    var name = "/v2/test.local/empty/app/";
    var docker = Client.docker(port);
    docker.get(name + "manifests/empty-blobs");

    for (var round = 0; round < 2; round++) { // from the upstream, then from the store
      assertThat(docker.get(name + "blobs/" + nothing).statusCode()).isEqualTo(200);
      assertThat(docker.get(name + "blobs/" + nothing).body()).isEmpty();
      assertThat(docker.get(name + "blobs/" + object).body()).isEqualTo("{}".getBytes(UTF_8));
      assertThat(docker.head(name + "blobs/" + nothing).headers().firstValueAsLong("Content-Length")).hasValue(0);
    }
  }

  @Test
  void nothing_that_a_path_can_say_is_an_error_of_ours() throws Exception {
    var docker = Client.docker(port);
    for (var path : List.of("/v2/test.local/a/blobs/sha256:", "/v2/test.local/a/blobs/:",
        "/v2/test.local/a/blobs/sha512:00",
        "/v2/test.local/a/blobs/md5:d41d8cd98f00b204e9800998ecf8427e", "/v2/test.local/a/manifests/@",
        "/v2/test.local/a/manifests/-", "/v2/test.local/a/manifests/%2e%2e", "/v2/test.local//manifests/x",
        "/v2/test.local/a/tags/list?n=-1", "/v2/test.local/a/tags/list?n=many", "/v2/test.local/a/referrers/x",
        "/v2/%00/manifests/x", "/v2/test.local/" + "a".repeat(300) + "/manifests/x", "/v2/manifests/x",
        "/v2/a/manifests/x?ns=", "/v2/a/manifests/x?ns=not%20a%20host",
        "/v2/test.local/a/manifests/" + "x".repeat(200))) {
      var answer = docker.get(path);
      assertThat(answer.statusCode()).as(path + ": " + new String(answer.body(), UTF_8)).isBetween(400, 499);
    }
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
  void a_blob_is_not_served_through_a_repository_that_does_not_hold_it() throws Exception {
    var image = TestImage.gzip(11, 1, 16);
    UPSTREAM.push("held", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/holds/app/manifests/held");
    docker.get("/v2/test.local/holds/app/blobs/" + image.layers.getFirst());

    UPSTREAM.failWith = 404;

    assertThat(docker.get("/v2/test.local/other/app/blobs/" + image.layers.getFirst()).statusCode()).isEqualTo(404);
  }

  private static Digest whole(byte[] first, byte[] rest) {
    var all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return Digest.sha256(all);
  }
}
