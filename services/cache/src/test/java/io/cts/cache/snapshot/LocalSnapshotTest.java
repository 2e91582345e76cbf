package io.cts.cache.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

import io.cts.blobs.FilesystemBlobs;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.FixedForm;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.Variant;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.choice.OriginalHolders;
import io.cts.cache.choice.OriginalHolders.Holding;
import io.cts.cache.learning.DatabaseGate;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Residents;
import io.cts.cache.residence.WorthStore;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

class LocalSnapshotTest {
  private static final Repository REPOSITORY = new Repository("docker.io", "library/app");
  private static final long ENOUGH = 1 << 20;
  @TempDir
  private Path folder;
  private Instant now = Instant.parse("2026-11-01T12:00:00Z");

  /** A process: its memory, without a database. */
  private final class Process {
    private final Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    private final JdbcClient database = mock(JdbcClient.class, RETURNS_DEEP_STUBS);
    private final WriteBehind writes = new WriteBehind(new DatabaseGate(clock), new SimpleMeterRegistry());
    private final Catalog catalog = new Catalog();
    private final Sightings sightings = new Sightings(database, writes, clock, Duration.ofHours(24));
    private final OriginalHolders holders = new OriginalHolders(database, writes);
    private final Residents residents;
    private final LocalSnapshot snapshot;

    Process(long mostBytes) throws IOException {
      residents = new Residents(new FilesystemBlobs(folder), new Leases(clock, Duration.ofHours(24), ENOUGH), catalog,
          new CatalogStore(catalog, database, new JsonMapper()), new WorthStore(database, Residents.HALF_LIFE), writes,
          clock, ENOUGH, new SimpleMeterRegistry());
      snapshot = new LocalSnapshot(folder.resolve("known.jsonl.gz"), mostBytes, catalog, sightings, holders, residents,
          new JsonMapper(), clock);
    }
  }

  @Test
  void all_that_serving_an_image_needs_is_known_again() throws Exception {
    var before = new Process(ENOUGH);
    var image = learn(before, "app", "1.0");
    before.holders.restore(new Holding(NodeId.of("a-node"), image.manifest()));
    before.residents.stored(digest("a blob"), 1000, 7);
    before.snapshot.write();

    var after = new Process(ENOUGH);
    after.snapshot.read();

    var manifest = image.manifest();
    assertThat(after.sightings.tag(REPOSITORY, "1.0")).isEqualTo(before.sightings.tag(REPOSITORY, "1.0"));
    assertThat(after.sightings.allows(REPOSITORY, manifest)).isTrue();
    assertThat(after.catalog.image(manifest)).contains(image);
    assertThat(after.catalog.imagesWith(digest("app tar"))).contains(manifest);
    assertThat(after.catalog.variants(digest("app tar"))).isEqualTo(before.catalog.variants(digest("app tar")));
    assertThat(after.catalog.made(manifest, Form.PLAIN)).isEqualTo(before.catalog.made(manifest, Form.PLAIN));
    assertThat(after.catalog.fixed(manifest, EngineClass.DOCKER)).contains(new FixedForm(Form.PLAIN, "a test"));
    assertThat(after.catalog.isReady(manifest)).isTrue();
    assertThat(after.holders.all()).isEqualTo(before.holders.all());
  }

  @Test
  void what_was_asked_for_longest_ago_is_left_out_where_there_is_no_room() throws Exception {
    var before = new Process(ENOUGH);
    learn(before, "old", "1.0");
    before.snapshot.write();
    var one = uncompressed();
    now = now.plusSeconds(60);
    var later = new Process(one + one / 2);
    later.sightings.restore(before.sightings.latestFirst().getFirst());
    var repository = new Repository("quay.io", "org/new");
    later.sightings.confirm(repository, "2.0", digest("new"));

    later.snapshot.write();
    var after = new Process(ENOUGH);
    after.snapshot.read();

    assertThat(after.sightings.tag(repository, "2.0")).isPresent();
    assertThat(uncompressed()).isLessThanOrEqualTo(one + one / 2);
  }

  @Test
  void a_snapshot_that_is_cut_short_is_read_as_far_as_it_goes() throws Exception {
    var before = new Process(ENOUGH);
    for (var i = 0; i < 200; i++) {
      learn(before, "app" + i, "tag" + i);
    }
    before.snapshot.write();
    var file = folder.resolve("known.jsonl.gz");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));

    var after = new Process(ENOUGH);
    after.snapshot.read();

    assertThat(after.sightings.isPublic(REPOSITORY)).isTrue();
  }

  @Test
  void it_is_written_when_something_has_changed_and_at_once_when_an_upstream_refuses() throws Exception {
    var file = folder.resolve("known.jsonl.gz");
    var process = new Process(ENOUGH);
    process.snapshot.writeIfDue();
    assertThat(file).doesNotExist();

    learn(process, "app", "1.0");
    process.snapshot.writeIfDue();
    var size = Files.size(file);
    learn(process, "other", "2.0");
    process.snapshot.writeIfDue();
    assertThat(file).hasSize(size); // the last one is young
    process.sightings.refuse(REPOSITORY);
    process.snapshot.writeIfDue();

    var after = new Process(ENOUGH);
    after.snapshot.read();
    assertThat(after.sightings.tag(REPOSITORY, "1.0")).isEmpty();
    assertThat(after.sightings.isPublic(REPOSITORY)).isFalse();
    try (var left = Files.list(folder)) {
      assertThat(left.filter(it -> it.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  @Test
  void where_there_is_none_nothing_is_known() throws Exception {
    var process = new Process(ENOUGH);

    process.snapshot.read();

    assertThat(process.sightings.latestFirst()).isEmpty();
  }

  private long uncompressed() throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(folder.resolve("known.jsonl.gz")))) {
      return in.readAllBytes().length;
    }
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  private static StoredImage learn(Process process, String name, String tag) {
    var image = new StoredImage(digest(name), digest(name + " config"), 1000, Platform.parse("linux/amd64"),
        List.of(new StoredLayer(digest(name + " layer"), MediaTypes.OCI_LAYER_GZIP, 1000)), Map.of("a", "b"), null);
    process.sightings.confirm(REPOSITORY, tag, image.manifest());
    process.catalog.add(image);
    process.catalog.add(new LayerFeatures(digest(name + " layer"), CodecFamily.GZIP, 1000, digest(name + " tar"), 3000,
        1, List.of(), 5, List.of(new LayerFeatures.CodecSample(Encoding.zstd(3), 0.3, 100, 1000))));
    process.catalog.add(new Variant(digest(name + " tar"), Encoding.zstd(3), digest(name + " layer"), "1",
        digest(name + " zstd"), 900));
    process.catalog.add(new MadeManifest(Documents.manifest(
        new Descriptor(MediaTypes.OCI_CONFIG, image.config(), image.configSizeBytes()),
        List.of(new Descriptor(MediaTypes.OCI_LAYER, digest(name + " tar"), 3000)), Map.of()), image.manifest(),
        Form.PLAIN, null));
    process.catalog.fix(image.manifest(), EngineClass.DOCKER, new FixedForm(Form.PLAIN, "a test"));
    process.catalog.markReady(image.manifest());
    return image;
  }
}
