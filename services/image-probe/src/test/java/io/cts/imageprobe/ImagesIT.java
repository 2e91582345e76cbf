package io.cts.imageprobe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.cts.blobs.BlobStore;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EventId;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.ImageStored;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.LayerFeatures;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.contract.Topics;
import io.cts.delta.tar.TarWriter;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

@WithKafkaAndPostgres
@SpringBootTest(classes = ImageProbeService.class, properties = {"spring.config.name=image-probe",
    "cts.image-probe.parallel=2", "cts.image-probe.attempts=2", "cts.image-probe.retry-pause=100ms",
    "cts.image-probe.poll=100ms"})
class ImagesIT {
  private static final String GZIP_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  @Autowired
  private BlobStore blobs;
  @Autowired
  private JdbcClient database;
  @Autowired
  private EntityManagerFactory rows;
  @Autowired
  private Layers layers;
  @Autowired
  private Profilings profilings;
  @Autowired
  private PlatformTransactionManager transactions;

  @Test
  void the_rows_fit_the_schema_that_flyway_made() {
    assertThatCode(() -> rows.getSchemaManager().validate()).doesNotThrowAnyException();
    assertThat(rows.getMetamodel().getEntities()).hasSize(2);
  }

  @Test
  void of_two_processes_each_takes_a_layer_that_the_other_left() {
    var tomorrow = Instant.now().plus(Duration.ofDays(1));
    var first = waitingSince(tomorrow, "first");
    var second = waitingSince(tomorrow.plusSeconds(1), "second");
    var elsewhere = new TransactionTemplate(transactions,
        new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));

    new TransactionTemplate(transactions).executeWithoutResult(_ -> {
      assertThat(layers.unattended(second.at()).map(LayerRow::digest)).contains(first.digest());
      elsewhere.executeWithoutResult(_ -> {
        database.sql("set local lock_timeout = '5s'").update(); // rather than wait for ever
        assertThat(layers.unattended(second.at()).map(LayerRow::digest)).contains(second.digest());
      });
    });
    database.sql("delete from layers where next_at > now() + interval '1 hour'").update();
  }

  private record Waiting(Digest digest, Instant at) {}

  private Waiting waitingSince(Instant at, String name) {
    var digest = Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
    database.sql("insert into layers (digest, stored_bytes, state, next_at) values (?, 1, 'waiting', ?)")
        .params(digest.toString(), at.atOffset(ZoneOffset.UTC))
        .update();
    return new Waiting(digest, at);
  }

  @Test
  void an_image_is_profiled_layer_by_layer_in_its_order(TopicReader topics) throws Exception {
    var base = tar(1);
    var app = tar(2);
    var stored = image(config(base, app, base), layer(base, Encoding.gzip(6)), layer(app, Encoding.zstd(3)),
        layer(base, Encoding.gzip(6)));
    topics.publish(stored);

    var profiled = topics.await(Topics.IMAGE_PROFILED, of(stored));
    assertThat(profiled.leftAsIs()).isNull();
    assertThat(profiled.layers()).extracting(LayerFeatures::layer)
        .containsExactlyElementsOf(stored.layers().stream().map(StoredLayer::digest).toList());
    assertThat(profiled.layers()).extracting(LayerFeatures::diffId)
        .containsExactly(Digest.sha256(base), Digest.sha256(app), Digest.sha256(base));
    assertThat(profiled.layers()).extracting(LayerFeatures::storedAs)
        .containsExactly(CodecFamily.GZIP, CodecFamily.ZSTD, CodecFamily.GZIP);
    assertThat(profiled.manifest()).isEqualTo(stored.manifest());
    assertThat(profiled.config()).isEqualTo(stored.config());
    assertThat(profiled.layers().getFirst().sample(Encoding.zstd(19))).isPresent();
  }

  @Test
  void two_pulls_of_one_image_read_its_layers_once(TopicReader topics) throws Exception {
    var tar = tar(3);
    var first = image(config(tar), layer(tar, Encoding.gzip(6)));
    var second = copy(first);
    topics.publish(first);
    topics.publish(second);

    var told = topics.await(Topics.IMAGE_PROFILED, of(first));
    assertThat(topics.await(Topics.IMAGE_PROFILED, of(second)).layers()).isEqualTo(told.layers());
    var third = copy(first);
    topics.publish(third);
    assertThat(topics.await(Topics.IMAGE_PROFILED, of(third)).layers()).isEqualTo(told.layers());
    assertThat(attempts(first.layers().getFirst().digest())).isEqualTo(1);
  }

  @Test
  void an_image_with_a_broken_layer_is_left_as_it_is(TopicReader topics) throws Exception {
    var tar = tar(4);
    var whole = LayerProfilerTest.encode(tar, Encoding.gzip(6));
    var broken = put(Arrays.copyOf(whole, whole.length - 100));
    var stored = image(config(tar, tar), layer(tar, Encoding.zstd(1)), new StoredLayer(broken, GZIP_LAYER, 1));
    topics.publish(stored);

    var profiled = topics.await(Topics.IMAGE_PROFILED, of(stored));
    assertThat(profiled.layers()).isEmpty();
    assertThat(profiled.leftAsIs()).startsWith("layer " + broken + " cannot be read: the encoded bytes end inside");
    var again = copy(stored);
    topics.publish(again);
    assertThat(topics.await(Topics.IMAGE_PROFILED, of(again)).leftAsIs()).isEqualTo(profiled.leftAsIs());
    assertThat(attempts(broken)).isEqualTo(1);
  }

  @Test
  void an_image_whose_config_claims_other_layers_is_left_as_it_is(TopicReader topics) throws Exception {
    var tar = tar(5);
    var stored = image(config(tar(6)), layer(tar, Encoding.gzip(6)));
    topics.publish(stored);

    var profiled = topics.await(Topics.IMAGE_PROFILED, of(stored));
    assertThat(profiled.leftAsIs()).contains("says that layer 0 is " + Digest.sha256(tar(6)))
        .endsWith("but it is " + Digest.sha256(tar));
    assertThat(profiled.layers()).hasSize(1);
  }

  @Test
  void what_a_config_claims_is_not_repeated_where_it_is_no_digest(TopicReader topics) throws Exception {
    var config = "{\"rootfs\": {\"type\": \"layers\", \"diff_ids\": [\"sha256:\\u0000\"]}}";
    var stored = image(config.getBytes(StandardCharsets.UTF_8), layer(tar(10), Encoding.gzip(6)));
    topics.publish(stored);

    assertThat(topics.await(Topics.IMAGE_PROFILED, of(stored)).leftAsIs())
        .contains("says that layer 0 is something that is no digest, but it is ");
  }

  @Test
  void images_that_were_told_of_are_forgotten_by_and_by(TopicReader topics) throws Exception {
    var tar = tar(11);
    var stored = image(config(tar), layer(tar, Encoding.gzip(6)));
    topics.publish(stored);
    topics.await(Topics.IMAGE_PROFILED, of(stored));

    profilings.forgetBefore(Instant.now().minus(Duration.ofHours(1)));
    assertThat(isRemembered(stored)).isTrue();
    profilings.forgetBefore(Instant.now().plus(Duration.ofHours(1)));
    assertThat(isRemembered(stored)).isFalse();
    assertThat(attempts(stored.layers().getFirst().digest())).isEqualTo(1); // the layer is known on
  }

  private boolean isRemembered(ImageStored stored) {
    return database.sql("select exists (select 1 from profilings where stored = ?)")
        .param(stored.id().value())
        .query(Boolean.class)
        .single();
  }

  @Test
  void an_image_that_is_to_be_left_as_it_is_is_not_read(TopicReader topics) throws Exception {
    var tar = tar(7);
    var layer = layer(tar, Encoding.gzip(6));
    var stored = stored(put(config(tar)), "it is signed", layer);
    topics.publish(stored);

    var profiled = topics.await(Topics.IMAGE_PROFILED, of(stored));
    assertThat(profiled.leftAsIs()).isEqualTo("it is signed");
    assertThat(profiled.layers()).isEmpty();
    assertThat(database.sql("select count(*) from layers where digest = ?")
        .param(layer.digest().toString())
        .query(Integer.class)
        .single()).isZero();
  }

  @Test
  void an_image_without_layers_is_profiled(TopicReader topics) throws Exception {
    var stored = image(config());
    topics.publish(stored);
    var profiled = topics.await(Topics.IMAGE_PROFILED, of(stored));
    assertThat(profiled.layers()).isEmpty();
    assertThat(profiled.leftAsIs()).isNull();
  }

  @Test
  void a_layer_that_is_missing_leaves_its_image_as_it_is_until_it_is_there(TopicReader topics) throws Exception {
    var tar = tar(8);
    var content = LayerProfilerTest.encode(tar, Encoding.gzip(6));
    var layer = new StoredLayer(Digest.sha256(content), GZIP_LAYER, content.length);
    var stored = image(config(tar), layer);
    topics.publish(stored);
    assertThat(topics.await(Topics.IMAGE_PROFILED, of(stored)).leftAsIs()).endsWith("is not stored");
    assertThat(attempts(layer.digest())).isEqualTo(2);

    put(content);
    var again = copy(stored);
    topics.publish(again);
    var profiled = topics.await(Topics.IMAGE_PROFILED, of(again));
    assertThat(profiled.leftAsIs()).isNull();
    assertThat(profiled.layers()).hasSize(1);
  }

  @Test
  void a_store_that_fails_for_a_moment_ends_no_reader(TopicReader topics) throws Exception {
    var tar = tar(12);
    var stored = image(config(tar), layer(tar, Encoding.gzip(6)));
    Path config;
    try (var blob = blobs.open(stored.config())) {
      config = blob.file().orElseThrow();
    }
    var aside = Files.move(config, config.resolveSibling("aside"));
    Files.createDirectory(config); // it is there, and cannot be read
    for (var i = 0; i < 2; i++) { // as many as there are readers
      var failing = copy(stored);
      topics.publish(failing);
      assertThat(topics.await(Topics.IMAGE_PROFILED, of(failing)).leftAsIs()).contains("could not read config");
    }

    Files.delete(config);
    Files.move(aside, config);
    topics.publish(stored);
    var profiled = topics.await(Topics.IMAGE_PROFILED, of(stored));
    assertThat(profiled.leftAsIs()).isNull();
    assertThat(profiled.layers()).hasSize(1);
  }

  @Test
  void a_layer_in_the_hands_of_a_process_that_died_is_taken_over(TopicReader topics) throws Exception {
    var tar = tar(9);
    var layer = layer(tar, Encoding.gzip(6));
    database.sql("""
        insert into layers (digest, stored_bytes, state, attempts, held_by, next_at)
        values (?, ?, 'reading', 1, gen_random_uuid(), now() + interval '3 seconds')""")
        .params(layer.digest().toString(), layer.sizeBytes())
        .update();
    var stored = image(config(tar), layer);
    topics.publish(stored);
    assertThat(topics.await(Topics.IMAGE_PROFILED, of(stored)).layers()).hasSize(1);
    assertThat(attempts(layer.digest())).isEqualTo(2);
  }

  private int attempts(Digest layer) {
    return database.sql("select attempts from layers where digest = ?")
        .param(layer.toString())
        .query(Integer.class)
        .single();
  }

  private static byte[] tar(int number) {
    return new TarWriter().file("file-" + number, LayerProfilerTest.words(number, 400_000)).end();
  }

  private static byte[] config(byte[]... tars) {
    var diffIds = Stream.of(tars).map(tar -> "\"" + Digest.sha256(tar) + "\"").collect(Collectors.joining(","));
    return ("{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}").getBytes(StandardCharsets.UTF_8);
  }

  private StoredLayer layer(byte[] tar, Encoding encoding) throws IOException {
    var content = LayerProfilerTest.encode(tar, encoding);
    return new StoredLayer(put(content), GZIP_LAYER, content.length); // the media type is not believed
  }

  private ImageStored image(byte[] config, StoredLayer... layers) throws IOException {
    return stored(put(config), null, layers);
  }

  private static ImageStored stored(Digest config, @Nullable String leftAsIs, StoredLayer... layers) {
    var manifest = Digest.sha256(EventId.random().toString().getBytes(StandardCharsets.UTF_8));
    return new ImageStored(EventId.random(), Instant.now(), PullId.random(), ImageRef.parse("example.com/app:1"), null,
        manifest, config, Platform.parse("linux/amd64"), List.of(layers), leftAsIs);
  }

  /** The same image for another pull. */
  private static ImageStored copy(ImageStored stored) {
    return new ImageStored(EventId.random(), Instant.now(), PullId.random(), stored.image(), stored.index(),
        stored.manifest(), stored.config(), stored.platform(), stored.layers(), stored.leftAsIs());
  }

  private static Predicate<ImageProfiled> of(ImageStored stored) {
    return profiled -> profiled.pull().equals(stored.pull());
  }

  private Digest put(byte[] content) throws IOException {
    try (var upload = blobs.begin()) {
      upload.write(content, 0, content.length);
      upload.commit(Digest.sha256(content));
    }
    return Digest.sha256(content);
  }
}
