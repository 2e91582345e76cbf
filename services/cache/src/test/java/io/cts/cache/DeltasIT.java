package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobPruner;
import io.cts.cache.catalog.Repository;
import io.cts.cache.choice.Knowledge;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.DeltaFailed;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested;
import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import io.cts.contract.Engine;
import io.cts.contract.EventId;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import io.cts.contract.Topics;
import io.cts.delta.FileLayer;
import io.cts.delta.apply.DeltaApplier;
import io.cts.delta.encode.DeltaEncoder;
import io.cts.delta.tar.TarIndex;
import io.cts.delta.tar.TarIndexer;
import io.cts.messaging.testing.TopicReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Who is sent a layer as a delta, and upon what; the worker is played by the test. */
class DeltasIT extends CacheWithUpstream {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Autowired
  private BlobPruner blobs;
  @Autowired
  private Sightings sightings;
  @Autowired
  private Knowledge knowledge;
  @TempDir
  private Path folder;

  /** An agent that pulled {@code older} and says so, and {@code newer}, which is ready. */
  private record Update(String name, TestImage older, TestImage newer, Agent agent) {
    Digest base() {
      return older.diffId(0);
    }

    Digest target() {
      return newer.diffId(0);
    }

    String manifest() {
      return "/v2/test.local/" + name + "/manifests/" + name + "-2";
    }

    String layer() {
      return "/v2/test.local/" + name + "/blobs/" + target();
    }
  }

  @Test
  void a_request_is_held_for_a_delta_that_is_worth_waiting_for(TopicReader topics) throws Exception {
    var large = letters(7);
    var older = TestImage.files(new TreeMap<>(Map.of("large", large, "small", "older")));
    var newer = TestImage.files(new TreeMap<>(Map.of("large", large, "small", "newer")));
    UPSTREAM.push("held-1", older);
    UPSTREAM.push("held-2", newer);
    var announcements = new Announcements(topics, blobs);
    announcements.readyAndIndexed("test.local/held:held-1", older);
    var agent = Agent.enrol(port);
    agent.get("/v2/test.local/held/blobs/" + older.diffId(0));
    agent.holds(older.diffId(0));
    announcements.readyAndIndexed("test.local/held:held-2", newer);
    var update = new Update("held", older, newer, agent);
    var job = requested(topics, update);
    var slow = NodeId.of("slow");
    topics.publish(new NodeProfiled(EventId.random(), Instant.now(), new NodeProfile(slow,
        Engine.parse("cts-agent-0.1"), NodeProfile.Source.STATED, 1.0, false, 50.0, List.of(), null, null, null, 1.0,
        Instant.now())));
    await().atMost(PATIENCE).until(() -> knowledge.profile(slow) != null);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> agent.getAs(slow, update.layer()));
      topics.publish(made(job, update));
      assertThat(coding(answer.get())).isEqualTo("cts-delta");
      assertThat(applied(answer.get().body(), update)).isEqualTo(newer.tars.getFirst());
    }
  }

  private Update update(TopicReader topics, String name) throws Exception {
    return update(topics, name, "");
  }

  /** @param more that only the newer layer has */
  private Update update(TopicReader topics, String name, String more) throws Exception {
    var text = letters(name.hashCode());
    var older = TestImage.oneFile(text + "older");
    var newer = TestImage.oneFile(text + "newer" + more);
    UPSTREAM.push(name + "-1", older);
    UPSTREAM.push(name + "-2", newer);
    var announcements = new Announcements(topics, blobs);
    announcements.ready("test.local/" + name + ":" + name + "-1", older);
    var agent = Agent.enrol(port);
    assertThat(agent.get("/v2/test.local/" + name + "/blobs/" + older.diffId(0)).statusCode()).isEqualTo(200);
    agent.holds(older.diffId(0));
    announcements.ready("test.local/" + name + ":" + name + "-2", newer);
    return new Update(name, older, newer, agent);
  }

  @Test
  void a_layer_whose_older_self_the_agent_holds_is_sent_as_a_delta(TopicReader topics) throws Exception {
    var update = update(topics, "updated");
    var job = requested(topics, update);
    assertThat(job.effort()).isEqualTo(Effort.QUICK);
    assertThat(job.baseDiffIds()).containsExactly(update.base());
    assertThat(coding(update.agent().get(update.layer()))).isNotEqualTo("cts-delta"); // it is not there yet

    topics.publish(made(job, update));
    var answer = awaitDelta(update);

    assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-transform");
    assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding, CTS-Agent");
    assertThat(answer.headers().firstValue("CTS-Encoding")).contains("delta-quick");
    assertThat(answer.body().length).isLessThan(update.newer().tars.getFirst().length / 50);
    assertThat(applied(answer.body(), update)).isEqualTo(update.newer().tars.getFirst());
  }

  @Test
  void a_delta_comes_in_parts_by_its_name_to_who_may_have_it(TopicReader topics) throws Exception {
    var update = update(topics, "parts");
    var made = made(requested(topics, update), update);
    topics.publish(made);
    var whole = awaitDelta(update).body();

    var first = update.agent().part(update.layer(), "any", "bytes=0-9");
    var name = first.headers().firstValue("CTS-Variant").orElseThrow();
    var rest = update.agent().part(update.layer(), name, "bytes=10-" + (whole.length - 1));

    assertThat(name).isEqualTo(String.valueOf(made.delta()));
    assertThat(List.of(first.statusCode(), rest.statusCode())).containsExactly(206, 206);
    assertThat(rest.headers().firstValue("Content-Encoding")).contains("cts-delta");
    assertThat(first.body()).isEqualTo(Arrays.copyOf(whole, 10));
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, 10, whole.length));
    assertThat(Agent.enrol(port).part(update.layer(), name, "bytes=10-19").statusCode()).isEqualTo(404);
  }

  @Test
  void a_dense_delta_that_is_made_later_is_sent_instead_of_the_quick_one(TopicReader topics) throws Exception {
    var update = update(topics, "dense", words(8));
    var job = requested(topics, update);
    topics.publish(made(job, update));
    assertThat(awaitDelta(update).headers().firstValue("CTS-Encoding")).contains("delta-quick");

    var denseJob = topics.await(Topics.DENSE_DELTA_REQUESTED,
        event -> event.target().diffId().equals(update.target()));
    assertThat(denseJob.effort()).isEqualTo(Effort.DENSE);
    assertThat(denseJob.baseDiffIds()).isEqualTo(job.baseDiffIds());
    topics.publish(made(denseJob, update));

    var dense = await().atMost(PATIENCE)
        .until(() -> update.agent().get(update.layer()),
            answer -> answer.headers().firstValue("CTS-Encoding").orElse("").contains("delta-dense"));
    assertThat(applied(dense.body(), update)).isEqualTo(update.newer().tars.getFirst());
  }

  @Test
  void a_smaller_delta_that_takes_longer_to_apply_is_not_sent(TopicReader topics) throws Exception {
    var update = update(topics, "jars", words(9));
    var job = requested(topics, update);
    var quick = made(job, update);
    var dense = made(job, update, Effort.DENSE, 4_000_000_000L);
    assertThat(dense.deltaSizeBytes()).isLessThan(quick.deltaSizeBytes());
    topics.publish(dense); // of the same layer: it is read before the quick one
    topics.publish(quick);

    assertThat(awaitDelta(update).headers().firstValue("CTS-Encoding")).contains("delta-quick");
  }

  @Test
  void an_agent_gets_deltas_upon_nothing_but_what_it_was_served_and_still_holds(TopicReader topics) throws Exception {
    var update = update(topics, "eligible");
    topics.publish(made(requested(topics, update), update));
    awaitDelta(update);

    var claimant = Agent.enrol(port);
    claimant.holds(update.base()); // which it was never served
    expectOrdinary(claimant.get(update.layer()), update);
    expectOrdinary(Client.containerd(port).get(update.layer()), update);
    expectOrdinary(update.agent().get(update.layer(), "zstd, gzip"), update);
    update.agent().holds();
    expectOrdinary(update.agent().get(update.layer()), update);
    update.agent().holds(update.base());
    assertThat(coding(update.agent().get(update.layer()))).isEqualTo("cts-delta");
  }

  @Test
  void a_delta_that_was_evicted_is_asked_for_again(TopicReader topics) throws Exception {
    var update = update(topics, "evicted");
    var job = requested(topics, update);
    var made = made(job, update);
    topics.publish(made);
    awaitDelta(update);

    blobs.delete(made.delta());
    expectOrdinary(update.agent().get(update.layer()), update);

    topics.await(Topics.DELTA_REQUESTED,
        event -> event.target().diffId().equals(update.target()) && !event.id().equals(job.id()));
  }

  @Test
  void a_delta_that_could_not_be_made_costs_nobody_anything(TopicReader topics) throws Exception {
    var update = update(topics, "unmade");
    var job = requested(topics, update);
    topics.publish(new DeltaFailed(EventId.random(), Instant.now(), update.target(), job.baseDiffIds(), job.effort(),
        job.formatVersion(), "for a test"));

    expectOrdinary(update.agent().get(update.layer()), update);
  }

  @Test
  void an_agent_that_comes_before_anything_was_made_has_it_asked_for(TopicReader topics) throws Exception {
    var text = letters(99);
    var older = TestImage.oneFile(text + "older");
    var newer = TestImage.oneFile(text + "newer");
    UPSTREAM.push("late-1", older);
    UPSTREAM.push("late-2", newer);
    var announcements = new Announcements(topics, blobs);
    announcements.ready("test.local/late:late-1", older);
    announcements.ready("test.local/late:late-2", newer);
    var agent = Agent.enrol(port);
    agent.get("/v2/test.local/late/blobs/" + older.layers.getFirst()); // by its upstream's name
    agent.holds(older.diffId(0));

    agent.get("/v2/test.local/late/manifests/late-2");

    var job = topics.await(Topics.DELTA_REQUESTED, event -> event.target().diffId().equals(newer.diffId(0)));
    assertThat(job.baseDiffIds()).containsExactly(older.diffId(0));
  }

  @Test
  void a_repository_that_is_no_longer_public_is_built_upon_no_more(TopicReader topics) throws Exception {
    var update = update(topics, "closed");
    topics.publish(made(requested(topics, update), update));
    awaitDelta(update);
    var elsewhere = "/v2/test.local/open/";
    assertThat(update.agent().get(elsewhere + "manifests/closed-2").statusCode()).isEqualTo(200);

    sightings.refuse(new Repository("test.local", "closed"));

    expectOrdinary(update.agent().get(elsewhere + "blobs/" + update.target()), update);
  }

  private static DeltaRequested requested(TopicReader topics, Update update) {
    return topics.await(Topics.DELTA_REQUESTED, event -> event.target().diffId().equals(update.target()));
  }

  private DeltaMade made(DeltaRequested job, Update update) throws Exception {
    return made(job, update, job.effort(), null);
  }

  private DeltaMade made(DeltaRequested job, Update update, Effort effort, @Nullable Long repackedBytes)
      throws Exception {
    var target = layer("target", update.newer());
    var base = layer("base", update.older());
    var delta = new ByteArrayOutputStream();
    new DeltaEncoder(1).encode(new FileLayer(target), index(update.newer()), List.of(index(update.older())),
        _ -> new FileLayer(base), io.cts.delta.encode.Effort.valueOf(effort.name()), delta);
    try (var upload = blobs.begin()) {
      upload.write(delta.toByteArray(), 0, delta.size());
      var digest = upload.digest();
      upload.commit(digest);
      return new DeltaMade(EventId.after(job.id(), effort + "-delta-made"), Instant.now(), update.target(),
          job.baseDiffIds(), effort, job.formatVersion(), digest, delta.size(), job.target().sizeBytes(), 0.1,
          repackedBytes);
    }
  }

  private Path layer(String name, TestImage image) throws Exception {
    return Files.write(folder.resolve(name), image.tars.getFirst());
  }

  private static TarIndex index(TestImage image) {
    var indexer = new TarIndexer();
    indexer.accept(image.tars.getFirst(), 0, image.tars.getFirst().length);
    return indexer.finish(image.diffId(0));
  }

  private byte[] applied(byte[] delta, Update update) throws Exception {
    var base = layer("applied", update.older());
    var out = new ByteArrayOutputStream();
    new DeltaApplier(_ -> new FileLayer(base)).apply(new ByteArrayInputStream(delta), update.target(), out);
    return out.toByteArray();
  }

  private static HttpResponse<byte[]> awaitDelta(Update update) {
    return await().atMost(PATIENCE)
        .until(() -> update.agent().get(update.layer()), answer -> coding(answer).equals("cts-delta"));
  }

  private static void expectOrdinary(HttpResponse<byte[]> answer, Update update) throws Exception {
    assertThat(coding(answer)).isNotEqualTo("cts-delta");
    assertThat(Client.decoded(answer)).isEqualTo(update.newer().tars.getFirst());
  }

  private static String coding(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.headers().firstValue("Content-Encoding").orElse("identity");
  }

  /** Text that a codec makes the smaller, the more it tries; enough of it that a dense delta is worth it. */
  private static String words(long seed) {
    var random = new Random(seed);
    var text = new StringBuilder();
    while (text.length() < 1_500_000) {
      text.append(Integer.toString(random.nextInt(5000) * 7919, 36)).append(' ');
    }
    return text.toString();
  }

  /** Text that no codec makes small. */
  private static String letters(long seed) {
    var random = new Random(seed);
    var text = new StringBuilder();
    while (text.length() < 400_000) {
      text.append((char) ('0' + random.nextInt(64)));
    }
    return text.toString();
  }
}
