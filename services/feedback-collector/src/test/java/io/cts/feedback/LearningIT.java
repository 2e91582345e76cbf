package io.cts.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import io.cts.contract.Plan;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReported;
import io.cts.contract.Topics;
import io.cts.contract.TransferObserved;
import io.cts.contract.Weights;
import io.cts.contract.WeightsPublished;
import io.cts.feedback.fit.RateSample;
import io.cts.feedback.fit.TransferSample;
import io.cts.feedback.outcomes.EvidenceReader;
import io.cts.feedback.outcomes.Outcomes;
import io.cts.feedback.weights.WeightsKeeper;
import io.cts.messaging.EventJson;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From observations on topics to weights on theirs, in the order of a site's life. */
@WithKafkaAndPostgres
@SpringBootTest(classes = FeedbackService.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "spring.config.name=feedback-collector", "cts.feedback.count-savings-every=100ms"})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LearningIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NODES = 6;
  private static final int TRANSFERS_EACH = 12;
  private static final long DECODED_BYTES = 100_000_000;
  private static final long STORED_BYTES = 40_000_000;
  private static final long SENT_BYTES = 30_000_000;
  /** The site's links carry less of their nominal speed than was built in. */
  private static final double TRUE_EFFICIENCY = 0.8;
  private static final double TRUE_AGENT_ZSTD_MBPS = 500;
  private static final Digest LAYER = Digest.sha256("layer".getBytes(StandardCharsets.UTF_8));
  private static final Digest MANIFEST = Digest.sha256("manifest".getBytes(StandardCharsets.UTF_8));

  private final Random random = new Random(11);
  private int transfers;
  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonMapper json = JsonMapper.builder().build();
  @LocalServerPort
  private int port;
  @Autowired
  private MeterRegistry meters;
  @Autowired
  private JdbcClient jdbc;
  @Autowired
  private WeightsKeeper weights;
  @Autowired
  private EntityManagerFactory rows;
  @Autowired
  private EntityManager manager;
  @Autowired
  private TransactionTemplate transaction;
  @Autowired
  private Outcomes outcomes;
  @Autowired
  private EvidenceReader evidence;

  @Test
  @Order(0)
  void the_rows_fit_the_schema_that_flyway_made() {
    assertThatCode(() -> rows.getSchemaManager().validate()).doesNotThrowAnyException();
    assertThat(rows.getMetamodel().getEntities()).hasSize(7);
  }

  @Test
  @Order(0)
  void rows_and_plain_sql_are_one_transaction() {
    var profiled = new NodeProfiled(EventId.random(), Instant.now(), profile(new NodeId("undone"), 10));

    transaction.executeWithoutResult(undone -> {
      outcomes.profiled(profiled);
      manager.flush();
      assertThat(count("feedback.profile")).as("plain SQL sees the row before it is committed").isOne();
      undone.setRollbackOnly();
    });

    assertThat(count("feedback.profile")).isZero();
  }

  @Test
  @Order(1)
  void before_anything_was_seen_the_built_in_weights_serve_and_no_number_is_invented() throws Exception {
    var models = get("/v1/models");
    assertThat(models.get("serves").stringValue()).isEqualTo("analytic-0");
    assertThat(models.get("versions")).hasSize(1);
    assertThat(models.get("versions").get(0).get("constants")).anySatisfy(constant -> {
      assertThat(constant.get("name").stringValue()).isEqualTo("link.efficiency");
      assertThat(constant.get("unit").stringValue()).contains("nominal link");
    });

    var score = get("/v1/scoreboard");
    assertThat(score.at("/savings/note").stringValue()).isEqualTo("not enough data: 0 of 30 pulls");
    assertThat(score.at("/savings").has("seconds")).isFalse();
    assertThat(score.at("/predictionError/note").stringValue()).startsWith("not enough data");

    var refit = post("/v1/models:refit");
    assertThat(refit.has("published")).isFalse();
    assertThat(refit.get("reason").stringValue()).startsWith("Not enough data");
  }

  @Test
  @Order(2)
  void observations_are_stored_once_however_often_they_come(TopicReader topics) throws Exception {
    topics.publish(imageProfiled());
    for (var number = 0; number < NODES; number++) {
      var node = new NodeId("node-" + number);
      var mbps = 20.0 * (number + 1);
      topics.publish(new NodeProfiled(EventId.random(), Instant.now(), profile(node, mbps)));
      for (var i = 0; i < TRANSFERS_EACH; i++) {
        var pull = PullId.random();
        topics.publish(planned(pull, node));
        var transfer = transfer(pull, node, mbps);
        topics.publish(transfer);
        topics.publish(transfer);
        var report = report(pull, node);
        topics.publish(report);
        topics.publish(report);
      }
    }

    var all = NODES * TRANSFERS_EACH;
    await(() -> count("feedback.transfer") == all && count("feedback.report") == all && count("feedback.plan") == all
        && count("feedback.profile") == NODES && count("feedback.layer") == 1);
    assertThat(count("feedback.report_layer")).isEqualTo(2L * all);
  }

  @Test
  @Order(3)
  void a_refit_publishes_what_the_site_teaches(TopicReader topics) throws Exception {
    var refit = post("/v1/models:refit");

    assertThat(refit.get("published").stringValue()).isEqualTo("analytic-1");
    assertThat(refit.get("reason").stringValue()).contains("of 6 nodes").contains("falls");
    var published = topics.await(Topics.WEIGHTS_PUBLISHED, _ -> true);
    assertThat(published.weights().constants().get("link.efficiency")).isCloseTo(TRUE_EFFICIENCY, withinPercentage(3));
    assertThat(published.weights().constants().get("engine.agent.zstd_mbps")).isCloseTo(TRUE_AGENT_ZSTD_MBPS,
        withinPercentage(5));
    assertThat(published.weights().constants()).containsEntry("engine.agent.lz4_mbps", 1400.0);
    assertThat(published.meanAbsolutePercentageError()).isLessThan(0.1);

    var models = get("/v1/models");
    assertThat(models.get("serves").stringValue()).isEqualTo("analytic-1");
    assertThat(models.at("/versions/0/heldOut/nodes").intValue()).isEqualTo(NODES);
    assertThat(models.at("/versions/0/heldOut/errorBefore").doubleValue())
        .isGreaterThan(models.at("/versions/0/heldOut/error").doubleValue());
    assertThat(models.at("/lastRefit/outcome").stringValue()).isEqualTo("better");
  }

  @Test
  @Order(4)
  void the_same_site_teaches_nothing_twice() throws Exception {
    var refit = post("/v1/models:refit");

    assertThat(refit.has("published")).isFalse();
    assertThat(refit.get("serves").stringValue()).isEqualTo("analytic-1");
  }

  @Test
  @Order(5)
  void the_scoreboard_tells_what_was_saved_and_calls_it_predicted() throws Exception {
    var score = get("/v1/scoreboard?window=P1D");

    var pulls = NODES * TRANSFERS_EACH;
    assertThat(score.get("pulls").intValue()).isEqualTo(pulls);
    assertThat(score.at("/savings/basis").stringValue()).isEqualTo("predicted");
    assertThat(score.at("/savings/pulls").intValue()).isEqualTo(pulls);
    // half of the image's bytes travelled: half of the plan's saving of 4 s counts
    assertThat(score.at("/savings/secondsPerPull").doubleValue()).isCloseTo(2, within(0.001));
    assertThat(score.at("/savings/bytes").longValue()).isEqualTo(pulls * (STORED_BYTES - SENT_BYTES));
    assertThat(score.at("/predictionError/transfers").intValue()).isEqualTo(pulls);
    assertThat(score.at("/byForm/0/name").stringValue()).isEqualTo("plain");
    assertThat(score.at("/byEncoding/0/name").stringValue()).isEqualTo("zstd-3");
    assertThat(score.get("byNodeClass")).hasSize(2);
    assertThat(score.at("/byNodeClass/0/engine").stringValue()).isEqualTo("containerd");
    await(() -> savedMeter("bytes") == pulls * (STORED_BYTES - SENT_BYTES));
    assertThat(savedMeter("seconds")).isCloseTo(pulls * 2, within(0.1));
    // of the second layer of each report, decoding took 4 ms
    assertThat(score.at("/workTimes/droppedAsTooShort").intValue()).isEqualTo(pulls);
    assertThat(score.at("/workTimes/kept").intValue()).isEqualTo(pulls);
  }

  private double savedMeter(String unit) {
    return meters.get("cts.saved." + unit).tag("basis", "predicted").gauge().value();
  }

  @Test
  @Order(6)
  void weights_that_only_their_topic_holds_serve_again(TopicReader topics) throws Exception {
    var constants = Map.of("link.efficiency", 0.7);
    topics
        .publish(new WeightsPublished(EventId.random(), Instant.now(), new Weights("analytic-9", "analytic", constants,
            500), 0.05, "Fitted elsewhere."));

    await(() -> get("/v1/models").get("serves").stringValue().equals("analytic-9"));
  }

  @Test
  @Order(7)
  void weights_that_their_topic_lost_are_published_again(TopicReader topics) throws Exception {
    var lost = new WeightsPublished(EventId.random(), Instant.now(),
        new Weights("analytic-12", "analytic", Map.of(), 500),
        0.05, "Fitted here.");
    jdbc.sql("""
        insert into weights.version (number, version, event, samples, error_after, reason, published_at)
        values (12, 'analytic-12', ?, 500, 0.05, 'Fitted here.', now())""").param(new EventJson().write(lost)).update();

    await(() -> {
      weights.republishIfLost();
      return topics.all(Topics.WEIGHTS_PUBLISHED)
          .stream()
          .anyMatch(event -> event.weights().version().equals("analytic-12"));
    });
    weights.republishIfLost();

    assertThat(count("feedback.outbox")).isEqualTo(2);
  }

  @Test
  @Order(8)
  void a_window_that_is_no_duration_is_a_problem_that_says_what_to_write() throws Exception {
    for (var window : List.of("yesterday", "-P1D", "PT0S", "P9999999D")) {
      var answer = http.send(HttpRequest.newBuilder(uri("/v1/scoreboard?window=" + window)).build(),
          BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(json.readTree(answer.body()).get("detail").stringValue()).contains("window is \"" + window + "\"",
          "P7D");
    }
  }

  @Test
  @Order(9)
  void a_report_of_one_layer_tells_of_the_link_and_of_the_engine_behind_the_agent() {
    var node = new NodeId("agent-1");
    var probed = new NodeProfile(node, Engine.parse("cts-agent-0.1"), NodeProfile.Source.ACTIVE, 80.0, false, 20.0,
        List.of(), 2.0, null, null, 1, Instant.now().minusSeconds(60));
    outcomes.profiled(new NodeProfiled(EventId.random(), Instant.now(), probed));
    var before = evidence.read();
    var layer = new PullReported.LayerReport(LAYER, Encoding.LZ4_FAST, SENT_BYTES, 4, 0.1, 0.5);
    outcomes.reports(List.of(new PullReported(EventId.random(), Instant.now(), PullId.random(), node, MANIFEST,
        Form.PLAIN, 5, List.of(layer))));

    var found = evidence.read();

    assertThat(found.transfers()).hasSize(before.transfers().size() + 1).anySatisfy(transfer -> {
      assertThat(transfer.vantage()).isEqualTo(TransferSample.Vantage.CLIENT);
      assertThat(transfer.bandwidthIsNominal()).isFalse();
      assertThat(transfer.rttSeconds()).isEqualTo(0.02);
      assertThat(transfer.seconds()).isEqualTo(4);
    });
    assertThat(found.work().kept()).filteredOn(work -> work.node().equals(node))
        .allSatisfy(work -> assertThat(work.nodeClass()).isEqualTo("agent, 2.0 cores"))
        .extracting(RateSample::constant, RateSample::seconds)
        .containsExactlyInAnyOrder(tuple("engine.agent.lz4_mbps", 0.1), tuple("engine.agent.spool_mbps", 0.5),
            tuple("engine.agent.unpack_mbps", 1.0));
  }

  @Test
  @Order(10)
  void what_is_too_old_is_forgotten_but_for_the_newest_profile_of_each_node() {
    outcomes.forgetBefore(Instant.now().plusSeconds(60));
    weights.forgetBefore(Instant.now().plusSeconds(60));

    assertThat(count("feedback.transfer") + count("feedback.report") + count("feedback.report_layer")
        + count("feedback.plan") + count("feedback.layer") + count("weights.attempt")).isZero();
    assertThat(count("feedback.profile")).isEqualTo(NODES + 1L);
    assertThat(count("weights.version")).isEqualTo(3);
  }

  private ImageProfiled imageProfiled() {
    return new ImageProfiled(EventId.random(), Instant.now(), PullId.random(), ImageRef.parse("quay.io/org/app:1"),
        MANIFEST, MANIFEST, new Platform("linux", "amd64", null),
        List.of(new LayerFeatures(LAYER, CodecFamily.GZIP, STORED_BYTES, LAYER, DECODED_BYTES, 10, List.of(), 5,
            List.of())),
        null);
  }

  private static NodeProfile profile(NodeId node, double mbps) {
    return new NodeProfile(node, Engine.parse("containerd-2.1.9"), NodeProfile.Source.STATED, mbps, false, null,
        List.of(), 4.0, null, null, 1, Instant.now().minus(Duration.ofDays(7)));
  }

  private static PullPlanned planned(PullId pull, NodeId node) {
    var plan = new Plan(Form.PLAIN, List.of(), 6, 60_000_000, 10, 2 * STORED_BYTES, "analytic-0", "It is quicker.");
    return new PullPlanned(EventId.random(), Instant.now(), pull, MANIFEST, node, EngineClass.CONTAINERD, plan,
        List.of());
  }

  private TransferObserved transfer(PullId pull, NodeId node, double mbps) {
    var seconds = SENT_BYTES * 8 / 1e6 / (mbps * TRUE_EFFICIENCY) * disturbance();
    var predicted = SENT_BYTES * 8 / 1e6 / (mbps * 0.95);
    var started = Instant.now().minusSeconds(600L * ++transfers); // so that none shares the link with another
    return new TransferObserved(EventId.random(), Instant.now(), node, Engine.parse("containerd-2.1.9"), pull, MANIFEST,
        "quay.io/org/app", LAYER, LAYER, Form.PLAIN, Encoding.zstd(3), 0, SENT_BYTES, true, started, seconds,
        TransferObserved.Source.DISK, predicted, "analytic-0");
  }

  private PullReported report(PullId pull, NodeId node) {
    var decoding = DECODED_BYTES / 1e6 / TRUE_AGENT_ZSTD_MBPS * disturbance();
    return new PullReported(EventId.random(), Instant.now(), pull, node, MANIFEST, Form.PLAIN, 9,
        List.of(layerReport(Encoding.zstd(3), decoding), layerReport(Encoding.zstd(3), 0.004)));
  }

  private static PullReported.LayerReport layerReport(Encoding encoding, @Nullable Double decodeSeconds) {
    return new PullReported.LayerReport(LAYER, encoding, SENT_BYTES, 5, decodeSeconds, null);
  }

  private double disturbance() {
    return Math.exp(random.nextGaussian() * 0.05);
  }

  private long count(String table) {
    return jdbc.sql("select count(*) from " + table).query(Long.class).single();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return answered(HttpRequest.newBuilder(uri(path)).build());
  }

  private JsonNode post(String path) throws IOException, InterruptedException {
    return answered(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  private JsonNode answered(HttpRequest request) throws IOException, InterruptedException {
    var answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json.readTree(answer.body());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    var deadline = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).as("what is awaited should have come").isBefore(deadline);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }
}
