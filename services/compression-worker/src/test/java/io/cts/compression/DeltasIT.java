package io.cts.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.blobs.BlobStore;
import io.cts.contract.CodecFamily;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested;
import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.DeltaRequested.Source;
import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.contract.Topics;
import io.cts.delta.FileLayer;
import io.cts.delta.apply.DeltaApplier;
import io.cts.delta.tar.TarWriter;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@WithKafkaAndPostgres
@SpringBootTest(classes = CompressionService.class, properties = {"spring.config.name=compression-worker",
    "cts.compression.parallel=2", "cts.compression.dense-threads=1"})
class DeltasIT {
  @Autowired
  private BlobStore blobs;
  @TempDir
  private Path folder;

  @Test
  void a_delta_makes_the_layer_of_its_bases_quick_and_dense(TopicReader topics) throws Exception {
    var older = tar(1, "one");
    var newer = tar(1, "two");
    for (var effort : Effort.values()) {
      var job = job(effort, stored(newer), stored(older));
      topics.publish(job);

      var made = topics.await(Topics.DELTA_MADE, answers(job));

      assertThat(made.diffId()).isEqualTo(Digest.sha256(newer));
      assertThat(made.bases()).containsExactly(Digest.sha256(older));
      assertThat(made.deltaSizeBytes()).isLessThan(newer.length / 10);
      assertThat(blobs.size(made.delta())).hasValue(made.deltaSizeBytes());
      assertThat(applied(made, older)).isEqualTo(newer);
    }
  }

  @Test
  void a_delta_that_is_there_is_told_of_again_and_one_that_is_gone_is_made_again(TopicReader topics) throws Exception {
    var older = stored(tar(2, "one"));
    var newer = stored(tar(2, "two"));
    var first = job(Effort.QUICK, newer, older);
    topics.publish(first);
    var made = topics.await(Topics.DELTA_MADE, answers(first));

    var second = job(Effort.QUICK, newer, older);
    topics.publish(second);
    var told = topics.await(Topics.DELTA_MADE, answers(second));
    assertThat(told.delta()).isEqualTo(made.delta());
    assertThat(told.encodeSeconds()).isEqualTo(made.encodeSeconds());
    assertThat(told.repackedBytes()).isEqualTo(made.repackedBytes()).isNotNull();

    blobs.delete(made.delta());
    var third = job(Effort.QUICK, newer, older);
    topics.publish(third);
    assertThat(topics.await(Topics.DELTA_MADE, answers(third)).delta()).isEqualTo(made.delta());
    assertThat(blobs.size(made.delta())).isPresent();
  }

  @Test
  void a_job_that_is_delivered_again_is_answered_once(TopicReader topics) throws Exception {
    var job = job(Effort.QUICK, stored(tar(3, "two")), stored(tar(3, "one")));
    topics.publish(job);
    topics.publish(job);
    var after = job(Effort.QUICK, stored(tar(4, "two")), stored(tar(4, "one")));
    topics.await(Topics.DELTA_MADE, answers(job));
    topics.publish(after);
    topics.await(Topics.DELTA_MADE, answers(after)); // one worker takes quick ones in their order
    assertThat(topics.all(Topics.DELTA_MADE).stream().filter(answers(job))).hasSize(1);
  }

  @Test
  void what_cannot_be_made_is_told_with_its_cause(TopicReader topics) throws Exception {
    var newer = stored(tar(5, "two"));
    var gone = new Source(Digest.sha256(new byte[]{5}), 100, Digest.sha256(new byte[]{6}), CodecFamily.GZIP);
    expectFailure(topics, job(Effort.QUICK, newer, gone), "is no longer stored");

    var older = stored(tar(5, "one"));
    var another = new Source(Digest.sha256(new byte[]{7}), older.sizeBytes(), older.layer(), CodecFamily.GZIP);
    expectFailure(topics, job(Effort.QUICK, newer, another), "decodes to " + older.diffId());

    var damaged = new Source(older.diffId(), older.sizeBytes(), Layers.put(blobs, new byte[]{8}), CodecFamily.GZIP);
    expectFailure(topics, job(Effort.QUICK, newer, damaged), "not what it was");
  }

  private static void expectFailure(TopicReader topics, DeltaRequested job, String says) {
    topics.publish(job);
    var id = EventId.after(job.id(), "delta-failed");
    assertThat(topics.await(Topics.DELTA_FAILED, event -> event.id().equals(id)).cause()).contains(says);
  }

  private static Predicate<DeltaMade> answers(DeltaRequested job) {
    var id = EventId.after(job.id(), "delta-made");
    return event -> event.id().equals(id);
  }

  private byte[] applied(DeltaMade made, byte[] base) throws Exception {
    var file = folder.resolve(made.delta().hex());
    Files.write(file, base);
    var out = new ByteArrayOutputStream();
    try (var delta = blobs.open(made.delta()); var in = delta.from(0)) {
      new DeltaApplier(_ -> new FileLayer(file)).apply(in, made.diffId(), out);
    }
    return out.toByteArray();
  }

  private Source stored(byte[] tar) throws Exception {
    return new Source(Digest.sha256(tar), tar.length, Layers.put(blobs, Layers.gzip(tar)), CodecFamily.GZIP);
  }

  private static DeltaRequested job(Effort effort, Source target, Source base) {
    return new DeltaRequested(EventId.random(), Instant.now(), target, List.of(base), effort, 1, 1);
  }

  /** Two versions of one set of files. */
  private static byte[] tar(long seed, String version) {
    return new TarWriter().file("usr/lib/app-" + version + ".so", Layers.text(seed, 400_000))
        .file("usr/share/version", version)
        .file("usr/share/text", Layers.text(seed + 1000, 300_000))
        .end();
  }
}
