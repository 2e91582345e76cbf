package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobStore;
import io.cts.contract.Digest;
import io.cts.messaging.testing.TopicReader;
import io.cts.oci.BlackHole;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What clients see of upstreams that refuse, break or lie, and of a disk that is full. */
@Import(BadUpstreamIT.OnADiskThatRunsFull.class)
class BadUpstreamIT extends CacheWithUpstream {
  private static final BlackHole SILENT = silent();

  @Autowired
  private FullDisk disk;

  @TestConfiguration
  static class OnADiskThatRunsFull {
    @Bean
    @Primary
    FullDisk fullDisk(BlobStore store) {
      return new FullDisk(store);
    }
  }

  private static BlackHole silent() {
    try {
      return new BlackHole();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @DynamicPropertySource
  static void silentUpstream(DynamicPropertyRegistry registry) {
    registry.add("cts.cache.upstreams[2].name", () -> "silent.local");
    registry.add("cts.cache.upstreams[2].url", SILENT::url);
  }

  @AfterAll
  static void close() throws IOException {
    SILENT.close();
  }

  @AfterEach
  void makeRoom() {
    disk.roomBytes.set(Long.MAX_VALUE);
  }

  @Test
  void what_an_upstream_refuses_is_passed_on_with_its_reason() throws Exception {
    var docker = Client.docker(port);

    UPSTREAM.failWith = 401;
    docker.expectError("/v2/test.local/refused/app/manifests/a", 401, "UNAUTHORIZED", "refused/app");
    UPSTREAM.failWith = 403;
    docker.expectError("/v2/test.local/refused/app/manifests/b", 403, "DENIED", "refused/app");
    UPSTREAM.failWith = 500;
    docker.expectError("/v2/test.local/refused/app/manifests/c", 503, "UNAVAILABLE",
        "tried to check manifest c of test.local/refused/app but the registry answered 500");
  }

  @Test
  void an_upstream_that_wants_to_be_left_alone_is_and_clients_are_told_for_how_long() throws Exception {
    UPSTREAM.failWith = 429;
    UPSTREAM.retryAfter = "120";
    var docker = Client.docker(port);
    var path = "/v2/test.local/limited/app/manifests/1";

    var answer = docker.get(path);

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("120");
    assertThat(new String(answer.body(), UTF_8)).contains("TOOMANYREQUESTS", "limited/app", "ask again in 120 s");
    assertThat(UPSTREAM.requestsFor("/v2/limited/app/")).isOne();
  }

  @Test
  void an_upstream_that_does_not_pick_up_holds_nobody_up() throws Exception { // pain 10: a dead mirror delays every blob
    var docker = Client.docker(port);

    docker.expectError("/v2/silent.local/org/app/manifests/1", 503, "UNAVAILABLE", "did not pick up within 2000 ms");
    docker.expectError("/v2/silent.local/org/app/blobs/" + Digest.sha256(new byte[1]), 503, "UNAVAILABLE",
        "did not pick up when it was last dialled, and is dialled again in");
  }

  @Test
  void a_known_image_is_served_while_its_upstream_is_down() throws Exception { // pain 7
    var image = TestImage.gzip(9, 1, 16);
    UPSTREAM.push("down", image);
    var docker = Client.docker(port); // elsewhere than the other tests: an upstream that failed is left alone for a while
    var name = "/v2/docker.io/down/app/";
    docker.get(name + "manifests/down");
    docker.get(name + "blobs/" + image.layers.getFirst());

    for (var status : new int[]{503, 429}) {
      UPSTREAM.failWith = status;
      assertThat(docker.get(name + "manifests/down").body()).isEqualTo(image.manifest.bytes());
      assertThat(Digest.sha256(docker.get(name + "blobs/" + image.layers.getFirst()).body()))
          .isEqualTo(image.layers.getFirst());
    }
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
  void a_wrong_blob_is_never_completed_and_never_kept() throws Exception { // pain 15
    var image = TestImage.gzip(12, 1, 1024);
    UPSTREAM.push("wrong", image);
    UPSTREAM.corruptBlobs = true;

    expectNeverWhole("wrong", image);
  }

  @Test
  void a_blob_that_ends_early_is_never_completed_and_never_kept() throws Exception {
    var image = TestImage.gzip(14, 1, 2048);
    UPSTREAM.push("short", image);
    UPSTREAM.truncateBlobs = true;

    expectNeverWhole("short", image);
  }

  private void expectNeverWhole(String tag, TestImage image) throws Exception {
    var docker = Client.docker(port);
    docker.get("/v2/test.local/" + tag + "/app/manifests/" + tag);
    var path = "/v2/test.local/" + tag + "/app/blobs/" + image.layers.getFirst();

    assertThat(completes(docker, path)).isFalse();

    assertThat(disk.size(image.layers.getFirst())).isEmpty();
    await().until(() -> unfinished().isEmpty());
    UPSTREAM.heal();
    assertThat(Digest.sha256(docker.get(path).body())).isEqualTo(image.layers.getFirst());
  }

  /** False where the answer is an error, or breaks off before its end. */
  private static boolean completes(Client client, String path) throws InterruptedException {
    try {
      return client.get(path).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void a_bad_blob_of_which_nothing_was_sent_yet_is_told() throws Exception {
    var image = TestImage.gzip(15, 1, 16);
    UPSTREAM.push("little", image);
    var docker = Client.docker(port);
    docker.get("/v2/test.local/little/app/manifests/little");
    var path = "/v2/test.local/little/app/blobs/" + image.layers.getFirst();

    UPSTREAM.corruptBlobs = true;
    docker.expectError(path, 503, "UNAVAILABLE", "bytes for blob " + image.layers.getFirst() + " hash to ");
    UPSTREAM.heal();
    UPSTREAM.truncateBlobs = true;
    docker.expectError(path, 503, "UNAVAILABLE", "bytes for blob " + image.layers.getFirst() + " hash to ");
    UPSTREAM.heal();
    UPSTREAM.cutBlobsAfter = 0;
    docker.expectError(path, 503, "UNAVAILABLE", "broke off");
    UPSTREAM.heal();

    assertThat(disk.size(image.layers.getFirst())).isEmpty();
    assertThat(docker.get(path).body()).isEqualTo(image.blob(image.layers.getFirst()));
  }

  @Test
  void stored_bytes_that_went_bad_are_fetched_again() throws Exception {
    var image = TestImage.gzip(18, 1, 1024);
    UPSTREAM.push("bad", image);
    expectPull("bad", image);
    var layer = image.layers.getFirst();
    await().until(() -> disk.size(layer).isPresent());
    var docker = Client.docker(port);
    var path = "/v2/test.local/bad/app/blobs/" + layer;

    spoil(layer);
    assertThat(completes(docker, path)).isFalse();
    assertThat(docker.get(path).body()).isEqualTo(image.blob(layer));

    await().until(() -> disk.size(layer).isPresent());
    spoil(layer);
    expectRest("bad", layer, image.blob(layer), 1000);

    await().until(() -> disk.size(image.manifest.digest()).isPresent());
    spoil(image.manifest.digest());
    expectPull("bad", image);
  }

  /** One bit of a stored blob. */
  private static void spoil(Digest blob) throws IOException {
    try (var files = Files.walk(Path.of(System.getProperty("CTS_BLOBS")))) {
      var file = files.filter(it -> it.getFileName().toString().contains(blob.hex())).findFirst().orElseThrow();
      var bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.delete(file);
      Files.write(file, bytes);
    }
  }

  @Test
  void a_manifest_that_cannot_be_read_is_told_and_not_kept() throws Exception {
    var broken = RawManifest.of(MediaTypes.OCI_MANIFEST, "{\"schemaVersion\": 2, \"layers\": 7}".getBytes(UTF_8));
    UPSTREAM.push("broken", broken);
    var docker = Client.docker(port);

    docker.expectError("/v2/test.local/broken/app/manifests/broken", 400, "MANIFEST_INVALID", "layers",
        "expected an array");
    docker.expectError("/v2/test.local/broken/app/manifests/" + broken.digest(), 400, "MANIFEST_INVALID", "layers");

    assertThat(disk.size(broken.digest())).isEmpty();
  }

  @Test
  void with_a_full_disk_an_image_is_served_through_and_nothing_is_left_half_written() throws Exception {
    var image = TestImage.gzip(16, 2, 512);
    UPSTREAM.push("full", image);
    disk.roomBytes.set(0);

    expectPull("full", image);
    expectRest("full", image.layers.getFirst(), image.blob(image.layers.getFirst()), 1000);

    assertThat(disk.size(image.manifest.digest())).isEmpty();
    assertThat(disk.size(image.layers.getFirst())).isEmpty();
    await().until(() -> unfinished().isEmpty());
  }

  @Test
  void a_disk_that_runs_full_in_the_middle_of_a_blob_does_not_break_it_off() throws Exception {
    var image = TestImage.gzip(17, 1, 4096);
    UPSTREAM.push("fills", image);
    disk.roomBytes.set(1_000_000);

    expectRest("fills", image.layers.getFirst(), image.blob(image.layers.getFirst()), 500_000);
    expectPull("fills", image);

    assertThat(disk.size(image.layers.getFirst())).isEmpty();
    await().until(() -> unfinished().isEmpty());
    disk.roomBytes.set(Long.MAX_VALUE);
    expectPull("fills", image);
    await().until(() -> disk.size(image.layers.getFirst()).isPresent()); // who follows need not wait for the disk
  }

  @Test
  void with_a_full_disk_a_plain_layer_is_inflated_on_its_way_through_and_so_is_a_part_of_it(TopicReader topics)
      throws Exception {
    var image = TestImage.gzip(19, 1, 1024);
    UPSTREAM.push("inflated", image);
    new Announcements(topics, disk).ready("test.local/inflated/app:inflated", image);
    disk.delete(image.layers.getFirst());
    disk.roomBytes.set(0);
    var tar = image.tars.getFirst();
    var path = "/v2/test.local/inflated/app/blobs/" + image.diffId(0);
    var curl = new Client("http://127.0.0.1:" + port, "curl/8", "");

    assertThat(curl.get(path).body()).isEqualTo(tar);
    curl.expectPart(path, "bytes=300000-", tar, 300_000, tar.length);
    UPSTREAM.corruptBlobs = true;
    assertThat(completes(curl, path)).isFalse();
  }

  @Test
  void a_plain_layer_that_went_bad_in_the_store_is_had_anew(TopicReader topics) throws Exception {
    var image = TestImage.gzip(20, 1, 1024);
    UPSTREAM.push("badly", image);
    new Announcements(topics, disk).ready("test.local/badly/app:badly", image);
    var tar = image.tars.getFirst();
    var path = "/v2/test.local/badly/app/blobs/" + image.diffId(0);
    var curl = new Client("http://127.0.0.1:" + port, "curl/8", "");

    spoil(image.layers.getFirst());
    curl.expectPart(path, "bytes=300000-", tar, 300_000, tar.length);

    await().until(() -> disk.size(image.layers.getFirst()).isPresent());
    spoil(image.layers.getFirst());
    assertThat(completes(curl, path)).isFalse();
    assertThat(curl.get(path).body()).isEqualTo(tar);
  }

  private void expectPull(String tag, TestImage image) throws Exception {
    var docker = Client.docker(port);
    var name = "/v2/test.local/" + tag + "/app/";
    assertThat(docker.get(name + "manifests/" + tag).body()).isEqualTo(image.manifest.bytes());
    assertThat(docker.get(name + "manifests/" + image.manifest.digest()).body()).isEqualTo(image.manifest.bytes());
    assertThat(docker.get(name + "blobs/" + image.config).body()).isEqualTo(image.blob(image.config));
    for (var layer : image.layers) {
      assertThat(docker.get(name + "blobs/" + layer).body()).isEqualTo(image.blob(layer));
    }
  }

  /** As an engine goes on after a cut. */
  private void expectRest(String tag, Digest layer, byte[] whole, int from) throws Exception {
    var docker = Client.docker(port);
    assertThat(docker.get("/v2/test.local/" + tag + "/app/manifests/" + tag).statusCode()).isEqualTo(200);

    var rest = docker.get("/v2/test.local/" + tag + "/app/blobs/" + layer, "Range", "bytes=" + from + "-");

    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.headers().firstValue("Content-Range"))
        .hasValue("bytes " + from + "-" + (whole.length - 1) + "/" + whole.length);
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, from, whole.length));
  }

  private static List<Path> unfinished() throws IOException {
    try (var files = Files.walk(Path.of(System.getProperty("CTS_BLOBS")).resolve("uploads"))) {
      return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    }
  }
}
