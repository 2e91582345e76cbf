package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.packed.PackedBlobs;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.residence.Residents;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.messaging.testing.TopicReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Older releases are kept as chunks, and are served from them. */
@TestPropertySource(properties = {"cts.cache.pack-above=0", "cts.cache.pack-after=2s", "cts.cache.pack-every=1s",
    "cts.cache.pinned-for=1s"})
class PackingIT extends CacheWithUpstream {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Autowired
  private PackedBlobs blobs;
  @Autowired
  private Residents residents;
  @Autowired
  private Catalog catalog;

  /** Two releases, which share most of their one layer. */
  private record Releases(String name, TestImage older, TestImage newer) {
    String blob(Digest digest) {
      return "/v2/test.local/" + name + "/blobs/" + digest;
    }
  }

  private Releases releases(TopicReader topics, String name, Encoding... wanted) throws Exception {
    var shared = letters(name.hashCode(), 2_000_000);
    var announcements = new Announcements(topics, blobs);
    var older = TestImage.files(new TreeMap<>(Map.of("large", shared, "small", letters(1, 50_000))));
    var newer = TestImage.files(new TreeMap<>(Map.of("large", shared, "small", letters(2, 60_000))));
    UPSTREAM.push(name + "-1", older);
    announcements.readyAndIndexed("test.local/" + name + ":" + name + "-1", older, wanted);
    UPSTREAM.push(name + "-2", newer);
    announcements.readyAndIndexed("test.local/" + name + ":" + name + "-2", newer, wanted);
    return new Releases(name, older, newer);
  }

  /** Both, so that nothing is left to be packed beside the next test. */
  private void awaitPacked(Releases releases) {
    awaitPacked(releases.older);
    awaitPacked(releases.newer);
  }

  private void awaitPacked(TestImage image) {
    await().atMost(PATIENCE)
        .until(() -> blobs.isPacked(image.diffId(0)) && blobs.size(image.layers.getFirst()).isEmpty());
  }

  @Test
  void releases_that_nobody_asked_for_lately_are_kept_as_chunks_once_each(TopicReader topics) throws Exception {
    var before = stats();
    var releases = releases(topics, "packed");
    var whole = releases.older.blob(releases.older.layers.getFirst()).length;

    awaitPacked(releases);

    var after = stats();
    var plain = releases.older.tars.getFirst().length + releases.newer.tars.getFirst().length;
    assertThat(added(before, after, "packedLayers")).isEqualTo(2);
    assertThat(added(before, after, "packedBytes")).isEqualTo(plain);
    assertThat(added(before, after, "chunkBytes")).isLessThan(plain * 6L / 10);
    assertThat(added(before, after, "packBytes")).isLessThan(whole * 13L / 10);
    assertThat(residents.lastUsed(releases.older.layers.getFirst())).isEmpty();
    assertThat(residents.lastUsed(releases.older.diffId(0))).isPresent();
  }

  @Test
  void a_packed_layer_is_served_without_its_upstream_and_its_variants_are_made_again(TopicReader topics)
      throws Exception {
    var releases = releases(topics, "served", Encoding.zstd(3));
    var variant = catalog.variants(releases.older.diffId(0))
        .values()
        .stream()
        .flatMap(made -> Stream.ofNullable(made.variant()))
        .findFirst()
        .orElseThrow();
    awaitPacked(releases);
    await().atMost(PATIENCE).until(() -> blobs.size(variant).isEmpty());
    UPSTREAM.failWith = 503;

    var tar = releases.older.tars.getFirst();
    var docker = Client.docker(port);
    var whole = docker.get(releases.blob(releases.older.diffId(0)));
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(whole.body()).isEqualTo(tar);
    var part = docker.get(releases.blob(releases.older.diffId(0)), "Range", "bytes=1000000-1000099");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(tar, 1_000_000, 1_000_100));

    assertThat(Digest.sha256(docker.get(releases.blob(variant)).body())).isEqualTo(variant);
  }

  @Test
  void the_originals_bytes_come_from_the_upstream_again(TopicReader topics) throws Exception {
    var releases = releases(topics, "original");
    awaitPacked(releases);

    var original = releases.older.layers.getFirst();
    assertThat(Client.docker(port).get(releases.blob(original)).body()).isEqualTo(releases.older.blob(original));

    awaitPacked(releases.older); // and go again when nobody asks for them
  }

  @Test
  void when_a_packed_layer_is_evicted_packs_are_collected_and_the_others_stay_whole(TopicReader topics)
      throws Exception {
    var releases = releases(topics, "evicted");
    awaitPacked(releases);

    residents.remove(releases.older.diffId(0));

    assertThat(blobs.size(releases.older.diffId(0))).isEmpty();
    await().atMost(PATIENCE).until(() -> !blobs.isCollectable());
    UPSTREAM.failWith = 503;
    assertThat(Client.docker(port).get(releases.blob(releases.newer.diffId(0))).body())
        .isEqualTo(releases.newer.tars.getFirst());
  }

  @Test
  void a_layer_without_kin_stays_as_it_is(TopicReader topics) throws Exception {
    var alone = TestImage.files(Map.of("large", letters(11, 2_000_000)));
    UPSTREAM.push("alone-1", alone);
    new Announcements(topics, blobs).readyAndIndexed("test.local/alone:alone-1", alone);

    awaitPacked(releases(topics, "beside")); // its turn has come, too

    assertThat(blobs.isPacked(alone.diffId(0))).isFalse();
    assertThat(blobs.size(alone.layers.getFirst())).isPresent();
  }

  private JsonNode stats() throws Exception {
    return new JsonMapper().readTree(Client.docker(port).get("/v1/cache/stats").body());
  }

  private static long added(JsonNode before, JsonNode after, String what) {
    return after.path(what).asLong() - before.path(what).asLong();
  }

  private static String letters(long seed, int count) {
    var random = new Random(seed);
    var letters = new StringBuilder(count);
    while (letters.length() < count) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return letters.toString();
  }
}
