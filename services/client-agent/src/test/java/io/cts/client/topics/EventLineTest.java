package io.cts.client.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.CommandRun;
import io.cts.contract.CodecFamily;
import io.cts.contract.DeltaFailed;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EncodingFailed;
import io.cts.contract.EncodingRequested;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.Event;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.ImageStored;
import io.cts.contract.LayerEncoded;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.Platform;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested;
import io.cts.contract.Topics;
import io.cts.contract.TransferObserved;
import io.cts.contract.Weights;
import io.cts.contract.WeightsPublished;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLineTest {
  private static final EventId ID = EventId.derived("a test");
  private static final Instant AT = Instant.parse("2026-11-20T12:00:00.5Z");
  private static final PullId PULL = PullId.parse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
  private static final ImageRef IMAGE = ImageRef.parse("nginx:1.27");
  private static final NodeId NODE = NodeId.of("edge-7");
  private static final Digest LAYER = Digest.parse("sha256:" + "1".repeat(64));
  private static final Digest DIFF = Digest.parse("sha256:" + "2".repeat(64));
  private static final Platform PLATFORM = Platform.parse("linux/amd64");

  private static String line(Event event) {
    var line = EventLine.of(event, ZoneOffset.UTC);
    assertThat(line).startsWith("12:00:00.500  ");
    return line.substring("12:00:00.500  ".length());
  }

  private static Plan.LayerPlan planned(Encoding encoding) {
    return new Plan.LayerPlan(LAYER, DIFF, encoding, new Plan.Prediction(30_000_000, 0, 4, 0.5, 0.5, 5), "why",
        List.of());
  }

  @Test
  void each_event_is_one_line_that_says_what_it_is_about() {
    var features = new LayerFeatures(LAYER, CodecFamily.GZIP, 30_000_000, DIFF, 90_000_000, 12, List.of(), 5,
        List.of());
    var plan = new Plan(Form.PLAIN, List.of(planned(Encoding.zstd(3)), planned(Encoding.zstd(3)),
        planned(Encoding.gzip(6))), 10, 60_000_000, 14, 75_000_000, "analytic-0", "saves 4 s");
    var profile = new NodeProfile(NODE, Engine.parse("docker-28.5.2"), NodeProfile.Source.PASSIVE, 20.0, true, null,
        List.of(), null, null, null, 0.4, AT);

    assertThat(line(new PullRequested(ID, AT, PULL, IMAGE, PLATFORM, NODE, null, Objective.LATENCY,
        PullRequested.Origin.API))).isEqualTo("pull-requested      pull 6f9619ff  docker.io/library/nginx:1.27 for"
            + " platform linux/amd64 for edge-7, asked by api, least latency");
    assertThat(line(new ImageStored(ID, AT, PULL, IMAGE, null, LAYER, DIFF, PLATFORM,
        List.of(new ImageStored.StoredLayer(LAYER, "x", 30_000_000)), "signed"))).isEqualTo("image-stored        pull"
            + " 6f9619ff  docker.io/library/nginx:1.27 lies here: 1 layers, 30.0 MB, left as it is: signed");
    assertThat(line(new ImageProfiled(ID, AT, PULL, IMAGE, LAYER, DIFF, PLATFORM, List.of(features), null)))
        .isEqualTo(
            "image-profiled      pull 6f9619ff  docker.io/library/nginx:1.27 was read: 1 layers, 90.0 MB of tar");
    assertThat(line(new PullPlanned(ID, AT, PULL, LAYER, null, EngineClass.DOCKER, plan, List.of())))
        .isEqualTo("pull-planned        pull 6f9619ff  plain with gzip-6 ×1, zstd-3 ×2, 10.0 s and 60.0 MB predicted"
            + " (original 14.0 s and 75.0 MB): saves 4 s");
    assertThat(line(new EncodingRequested(ID, AT, PULL, LAYER, CodecFamily.GZIP, DIFF, 90_000_000, Encoding.zstd(19),
        "1.5.7", 2))).isEqualTo("encoding-requested  layer 222222222222  zstd-19 wanted of 90.0 MB, attempt 2");
    assertThat(line(new LayerEncoded(ID, AT, LAYER, DIFF, Encoding.zstd(19), "1.5.7", LAYER, 25_000_000, 90_000_000,
        12.5))).isEqualTo("layer-encoded       layer 222222222222  zstd-19 made in 12.5 s: 90.0 MB → 25.0 MB");
    assertThat(line(new EncodingFailed(ID, AT, LAYER, DIFF, Encoding.LZ4_FAST, "1", 3, "disk full")))
        .isEqualTo("encoding-failed     layer 222222222222  lz4-fast could not be made in 3 attempts: disk full");
    var source = new DeltaRequested.Source(DIFF, 90_000_000, LAYER, CodecFamily.GZIP);
    assertThat(line(new DeltaRequested(ID, AT, source, List.of(source), DeltaRequested.Effort.QUICK, 1, 2)))
        .isEqualTo("delta-requested     layer 222222222222  quick delta wanted of 90.0 MB over 1 layers, attempt 2");
    assertThat(line(new DeltaMade(ID, AT, DIFF, List.of(LAYER), DeltaRequested.Effort.DENSE, 1, LAYER, 2_000_000,
        90_000_000, 9.5, null))).isEqualTo(
            "delta-made          layer 222222222222  dense delta made in 9.5 s: 90.0 MB → 2.0 MB");
    assertThat(line(new DeltaFailed(ID, AT, DIFF, List.of(LAYER), DeltaRequested.Effort.QUICK, 1, "disk full")))
        .isEqualTo("delta-failed        layer 222222222222  quick delta could not be made: disk full");
    assertThat(line(new PullReady(ID, AT, PULL, LAYER, List.of(), Form.ZSTD, "layer 2"))).isEqualTo(
        "pull-ready          pull 6f9619ff  ready as zstd, short of: layer 2");
    assertThat(line(new PullFailed(ID, AT, PULL, "cache", "DENIED", "the upstream said no")))
        .isEqualTo("pull-failed         pull 6f9619ff  cache gave up: DENIED: the upstream said no");
    assertThat(line(new TransferObserved(ID, AT, NODE, Engine.UNKNOWN, PULL, null, "x", DIFF, DIFF, Form.PLAIN,
        Encoding.zstd(3), 0, 30_000_000, true, AT, 4.25, TransferObserved.Source.DISK, 4.0, "analytic-0")))
        .isEqualTo("transfer-observed   pull 6f9619ff  sent 30.0 MB of zstd-3 in 4.3 s (predicted 4.0 s) to edge-7,"
            + " blob 222222222222 from disk");
    assertThat(line(new TransferObserved(ID, AT, NODE, Engine.UNKNOWN, PULL, null, "x", DIFF, DIFF, Form.PLAIN, null, 0,
        2_000_000, true, AT, 1.5, TransferObserved.Source.DISK, null, null, DeltaRequested.Effort.DENSE)))
        .isEqualTo("transfer-observed   pull 6f9619ff  sent 2.0 MB of a dense delta in 1.5 s to edge-7,"
            + " blob 222222222222 from disk");
    assertThat(line(new PullReported(ID, AT, PULL, NODE, null, Form.PLAIN, 9.5, List.of())))
        .isEqualTo("pull-reported       pull 6f9619ff  edge-7 took 9.5 s in form plain");
    assertThat(line(new NodeProfiled(ID, AT, profile)))
        .isEqualTo("node-profiled       edge-7: at least 20 Mbit/s (passive, confidence 40 %)");
    assertThat(
        line(new WeightsPublished(ID, AT, new Weights("analytic-7", "analytic", Map.of(), 900), 0.042, "more data")))
        .isEqualTo("weights-published   analytic-7 of 900 samples, 4.2 % off: more data");
  }

  @Test
  void what_is_not_understood_is_told_as_it_came() {
    var line = TopicsTail.line(Topics.PULL_FAILED.name(), "{\"pull\":7".getBytes(StandardCharsets.UTF_8));

    assertThat(line).startsWith("not understood on cts.pull-failed.v1 (").endsWith("{\"pull\":7");
  }

  @Test
  void a_topic_that_is_none_is_misuse_and_names_those_there_are() {
    var run = CommandRun.of("topics", "tail", "pulls");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement()
        .asString()
        .startsWith("cts: there is no topic pulls; there are pull-requested, image-stored, ");
  }

  @Test
  void a_file_of_client_settings_that_is_not_there_is_misuse() {
    var run = CommandRun.of("topics", "list", "--command-config", "no-such.properties");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("tried to read how to connect to Kafka from no-such.properties");
  }

  @Test
  void a_broker_that_is_away_is_told_in_one_line_with_the_next_step() {
    var run = CommandRun.of("topics", "list", "--bootstrap", "no-such-host.invalid:9092");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err().lines()).singleElement()
        .asString()
        .startsWith("cts: cannot reach Kafka at no-such-host.invalid:9092 (")
        .endsWith("start CTS with \"cts up\", or say where it is with --bootstrap or CTS_KAFKA");
  }
}
