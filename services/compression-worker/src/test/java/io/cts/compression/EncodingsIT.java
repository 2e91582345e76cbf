package io.cts.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobStore;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Event;
import io.cts.contract.EventId;
import io.cts.contract.LayerEncoded;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned.WantedEncoding;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;

@WithKafkaAndPostgres
@SpringBootTest(classes = CompressionService.class, properties = {"spring.config.name=compression-worker",
    "cts.compression.sweep=200ms", "cts.compression.parallel=2", "cts.compression.attempts=2"})
class EncodingsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Autowired
  private BlobStore blobs;
  @Autowired
  private EncodingTable table;
  @Autowired
  private EncodingJobs jobs;
  @Autowired
  private JdbcClient database;

  @Test
  void a_variant_that_two_pulls_want_is_made_once(TopicReader topics) throws Exception {
    var layer = Layers.store(blobs, 1, 6_000_000);
    topics.publish(Layers.plan(layer.in(Encoding.zstd(3)), layer.in(Encoding.LZ4_FAST)));
    topics.publish(Layers.plan(layer.in(Encoding.LZ4_FAST), layer.in(Encoding.zstd(3))));

    var encoded = topics.await(Topics.LAYER_ENCODED, isOf(layer, Encoding.zstd(3)));
    topics.await(Topics.LAYER_ENCODED, isOf(layer, Encoding.LZ4_FAST));
    settled(topics, 100);

    assertThat(encoded.layer()).isEqualTo(layer.blob());
    assertThat(encoded.sizeBytes()).isEqualTo(layer.plain().length);
    assertThat(encoded.codecVersion()).isEqualTo(Codecs.of(CodecFamily.ZSTD).version());
    assertThat(blobs.size(encoded.variant())).hasValue(encoded.variantSizeBytes());
    try (var blob = blobs.open(encoded.variant());
        var plain = Codecs.of(CodecFamily.ZSTD).decoder(blob.from(0), DecodeBounds.LAYER)) {
      assertThat(plain.readAllBytes()).isEqualTo(layer.plain());
    }
    assertThat(of(layer, topics.all(Topics.ENCODING_REQUESTED))).hasSize(2);
    assertThat(of(layer, topics.all(Topics.LAYER_ENCODED))).hasSize(2);
  }

  @Test
  void a_job_that_is_delivered_again_is_told_of_once(TopicReader topics) throws Exception {
    var layer = Layers.store(blobs, 2, 1_000_000);
    topics.publish(Layers.plan(layer.in(Encoding.zstd(1))));
    topics.await(Topics.LAYER_ENCODED, isOf(layer, Encoding.zstd(1)));

    topics.publish(topics.await(Topics.ENCODING_REQUESTED, job -> job.diffId().equals(layer.diffId())));
    topics.publish(layer.job(Encoding.zstd(1)));
    settled(topics, 101);

    assertThat(of(layer, topics.all(Topics.LAYER_ENCODED))).hasSize(1);
  }

  @Test
  void a_layer_that_is_not_what_it_is_said_to_be_fails_at_once_and_for_everybody(TopicReader topics) throws Exception {
    var layer = new Layers.Stored(Layers.put(blobs, Layers.gzip(Layers.text(3, 5000))), Layers.text(4, 5000));
    topics.publish(Layers.plan(layer.in(Encoding.zstd(3))));
    var failed = topics.await(Topics.ENCODING_FAILED, event -> event.diffId().equals(layer.diffId()));
    assertThat(failed.attempts()).isEqualTo(1);
    assertThat(failed.cause()).contains("decodes to").contains("and not to " + layer.diffId());

    topics.publish(Layers.plan(layer.in(Encoding.zstd(3))));
    var again = topics.await(Topics.ENCODING_FAILED,
        event -> event.diffId().equals(layer.diffId()) && !event.id().equals(failed.id()));
    assertThat(again.cause()).isEqualTo(failed.cause());
    assertThat(of(layer, topics.all(Topics.ENCODING_REQUESTED))).hasSize(1);
  }

  @Test
  void a_layer_that_is_gone_fails_and_is_tried_again_from_another_source(TopicReader topics) throws Exception {
    var plain = Layers.text(5, 5000);
    var gone = new Layers.Stored(Digest.sha256(new byte[]{5}), plain);
    topics.publish(Layers.plan(gone.in(Encoding.gzip(9))));
    assertThat(topics.await(Topics.ENCODING_FAILED, event -> event.diffId().equals(gone.diffId())).cause())
        .contains("no longer stored");

    var there = new Layers.Stored(Layers.put(blobs, Layers.gzip(plain)), plain);
    topics.publish(Layers.plan(there.in(Encoding.gzip(9))));
    assertThat(topics.await(Topics.LAYER_ENCODED, isOf(there, Encoding.gzip(9))).layer()).isEqualTo(there.blob());
  }

  @Test
  void a_variant_that_was_evicted_is_made_again(TopicReader topics) throws Exception {
    var layer = Layers.store(blobs, 6, 100_000);
    topics.publish(Layers.plan(layer.in(Encoding.zstd(1))));
    var first = topics.await(Topics.LAYER_ENCODED, isOf(layer, Encoding.zstd(1)));
    blobs.delete(first.variant());

    topics.publish(Layers.plan(layer.in(Encoding.zstd(1))));
    var second = topics.await(Topics.LAYER_ENCODED,
        event -> isOf(layer, Encoding.zstd(1)).test(event) && !event.id().equals(first.id()));
    assertThat(second.variant()).isEqualTo(first.variant());
    assertThat(blobs.size(second.variant())).isPresent();
  }

  @Test
  void a_request_that_got_lost_is_put_on_the_queue_again(TopicReader topics) throws Exception {
    var layer = Layers.store(blobs, 7, 100_000);
    insert(layer.in(Encoding.zstd(1)), Instant.now().minusSeconds(1));
    topics.await(Topics.LAYER_ENCODED, isOf(layer, Encoding.zstd(1)));
    assertThat(topics.await(Topics.ENCODING_REQUESTED, job -> job.diffId().equals(layer.diffId())).attempt())
        .isEqualTo(2);
  }

  @Test
  void a_job_that_ends_every_worker_is_given_up(TopicReader topics) throws Exception {
    var layer = Layers.store(blobs, 8, 100_000);
    var key = insert(layer.in(Encoding.zstd(1)), Instant.now().plusSeconds(60));
    var request = EventId.random();
    assertThat(table.begin(key, request, false, Instant.now(), Duration.ofMinutes(1))).isPresent();
    assertThat(table.begin(key, request, true, Instant.now(), Duration.ofSeconds(-1))).isPresent();
    var failed = topics.await(Topics.ENCODING_FAILED, event -> event.diffId().equals(layer.diffId()));
    assertThat(failed.cause()).isEqualTo("was begun 2 times and had no result by its deadline");
    assertThat(failed.attempts()).isEqualTo(2);
  }

  @Test
  void a_job_in_another_workers_hands_is_left_there_until_the_broker_gives_it_out_again(TopicReader topics)
      throws Exception {
    var layer = Layers.store(blobs, 9, 100_000);
    insert(layer.in(Encoding.zstd(1)), Instant.now().plusSeconds(60));
    var held = layer.job(Encoding.zstd(1));
    assertThat(table.begin(VariantKey.of(held), held.id(), false, Instant.now(), Duration.ofMinutes(5))).isPresent();

    topics.publish(layer.job(Encoding.zstd(1))); // another request for the same
    settled(topics, 102);
    assertThat(of(layer, topics.all(Topics.LAYER_ENCODED))).isEmpty();

    topics.publish(held); // or the same one twice: its relay was not sure that it had sent it
    settled(topics, 103);
    assertThat(of(layer, topics.all(Topics.LAYER_ENCODED))).isEmpty();
    assertThat(attempts(VariantKey.of(held))).isOne();

    jobs.handle(held, true);
    topics.await(Topics.LAYER_ENCODED, isOf(layer, Encoding.zstd(1)));
  }

  @Test
  void a_process_that_stops_gives_its_attempt_back(TopicReader topics) throws Exception {
    var layer = Layers.store(blobs, 10, 100_000);
    var key = insert(layer.in(Encoding.zstd(1)), Instant.now().plusSeconds(60));
    var request = EventId.random();
    var begun = table.begin(key, request, false, Instant.now(), Duration.ofMinutes(5)).orElseThrow();
    table.giveBack(key, request, Instant.now(), Instant.now().minusSeconds(1));
    topics.await(Topics.LAYER_ENCODED, isOf(layer, Encoding.zstd(1)));
    assertThat(begun.attempts()).isEqualTo(1);
    assertThat(attempts(key)).isEqualTo(1);
  }

  /** The jobs that were on the queue before are in a worker's hands or done: later ones have gone through them. */
  private void settled(TopicReader topics, long seed) throws Exception {
    var marker = Layers.store(blobs, seed, 10_000);
    for (var encoding : List.of(Encoding.gzip(1), Encoding.gzip(2), Encoding.gzip(3), Encoding.gzip(4))) {
      topics.publish(Layers.plan(marker.in(encoding)));
      topics.await(Topics.LAYER_ENCODED, isOf(marker, encoding));
    }
    await().atMost(PATIENCE)
        .until(() -> database.sql("select count(*) from outbox where sent_at is null").query(Long.class).single() == 0);
  }

  private VariantKey insert(WantedEncoding wanted, Instant deadline) {
    var key = new VariantKey(wanted.diffId(), wanted.encoding(), Codecs.version(wanted.encoding()));
    assertThat(table.insert(key, wanted, PullId.random(), Instant.now(), deadline)).isPresent();
    return key;
  }

  private int attempts(VariantKey key) {
    return database.sql("select attempts from encodings where diff_id = ?")
        .param(key.diffId().toString())
        .query(Integer.class)
        .single();
  }

  private static Predicate<LayerEncoded> isOf(Layers.Stored layer, Encoding encoding) {
    return event -> event.diffId().equals(layer.diffId()) && event.encoding().equals(encoding);
  }

  private static <E extends Event> List<E> of(Layers.Stored layer, List<E> events) {
    return events.stream().filter(event -> event.key().equals(layer.diffId().toString())).toList();
  }
}
