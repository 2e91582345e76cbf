package io.cts.cost;

import static io.cts.cost.Layers.gzipped;
import static io.cts.cost.Layers.measured;
import static io.cts.cost.Layers.node;
import static io.cts.cost.Layers.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.Form;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {
  private final Planner planner = new Planner(CostConstants.BUILT_IN);

  private static PullContext pull(String engine, @Nullable Double mbps, @Nullable Double rttMillis) {
    return PullContext.of(Engine.parse(engine), node(engine, mbps, rttMillis), Objective.LATENCY);
  }

  private static PullContext unknown(String engine) {
    return PullContext.of(Engine.parse(engine), null, Objective.LATENCY);
  }

  private static double seconds(Planned planned, Form form, String encoding) {
    return planned.layers()
        .getFirst()
        .rows()
        .stream()
        .filter(row -> row.form() == form && row.encoding().equals(Encoding.parse(encoding)))
        .findFirst()
        .orElseThrow()
        .predicted()
        .totalSeconds();
  }

  @ParameterizedTest
  @CsvSource({"docker-20.10.24, original, gzip-6, 4.8", "docker-20.10.24, plain, gzip-6, 6.9",
      "docker-20.10.24, plain, identity, 4.8", "containerd-2.1.9, original, gzip-6, 5.1",
      "containerd-2.1.9, zstd, zstd-3, 3.1", "containerd-2.1.9, plain, zstd-3, 4.0",
      "containerd-2.1.9, plain, identity, 3.2"})
  void the_built_in_constants_give_the_seconds_that_engines_took_over_loopback(String engine, String form,
      String encoding, double measuredSeconds) {
    // a server that need not inflate: the measured one held the plain tar
    var layer = measured();
    var there = new LayerState(layer.features(),
        Map.of(Encoding.zstd(3), 133_000_000L, Encoding.IDENTITY, 365_000_000L), Map.of());
    var planned = planner.chooseForm(List.of(there), pull(engine, 1e6, 0.0));
    assertThat(seconds(planned, Form.valueOf(form.toUpperCase(Locale.ROOT)), encoding))
        .isCloseTo(measuredSeconds, within(0.02));
  }

  @Test
  void transfer_is_bits_over_bandwidth_on_a_thin_link() {
    // 151 MB × 8 / 20 Mbit/s = 60.4 s; decode 365 / 133.7 = 2.73 s, unpack 365 / 204.6 = 1.784 s, spool hidden
    var planned = planner.chooseForm(List.of(measured()), pull("containerd-1.6.20", 20.0, 10.0));
    var row = planned.layers().getFirst().rows().getFirst().predicted();
    assertThat(row.transferSeconds()).isCloseTo(60.4, within(0.001));
    assertThat(row.decodeSeconds()).isCloseTo(2.730, within(0.001));
    assertThat(row.totalSeconds()).isCloseTo(60.4 + 2.730 + 1.784, within(0.001));
    // six round trips until the stream runs
    assertThat(planned.plan().originalSeconds()).isCloseTo(64.914 + 0.06, within(0.001));
  }

  @Test
  void one_stream_is_bound_by_its_window_and_many_are_not() {
    var one = measured();
    var window = pull("docker-20.10.24", 1000.0, 100.0);
    // 1.15 MB a round trip of 100 ms: 11.5 MB/s, 151 MB in 13.13 s
    assertThat(planner.chooseForm(List.of(one), window).plan().layers().getFirst().predicted().transferSeconds())
        .isCloseTo(13.130, within(0.001));
    // three alike at once: each layer's share is a third
    assertThat(planner.chooseForm(List.of(one, one, one), window)
        .plan()
        .layers()
        .getFirst()
        .predicted()
        .transferSeconds()).isCloseTo(4.377, within(0.001));
  }

  @Test
  void an_agent_decodes_whatever_comes_while_it_comes() {
    // 151 MB at 100 Mbit/s: 12.08 s hide 365 / 355 + 151 / 794 = 1.218 s of work
    var original = planner.chooseForm(List.of(measured()), pull("cts-agent-0.1.0", 100.0, 0.0))
        .plan()
        .originalSeconds();
    assertThat(original).isCloseTo(12.08, within(0.005));
  }

  @Test
  void a_nominal_link_carries_a_twentieth_less_than_it_says_and_a_measured_one_what_was_measured() {
    var engine = Engine.parse("docker-20.10.24");
    var active = node("docker-20.10.24", 100.0, null);
    var stated = new NodeProfile(active.node(), engine, NodeProfile.Source.STATED, 100.0, false, null, List.of(), null,
        null, null, 1, Layers.NOON);
    var measured = transfer(PullContext.of(engine, active, Objective.LATENCY));
    assertThat(measured).isCloseTo(12.08, within(0.001));
    assertThat(transfer(PullContext.of(engine, stated, Objective.LATENCY))).isCloseTo(measured / 0.95, within(0.001));
  }

  private double transfer(PullContext context) {
    return planner.chooseForm(List.of(measured()), context).plan().layers().getFirst().predicted().transferSeconds();
  }

  @Test
  void a_thin_link_hides_the_second_pass_that_plain_costs_and_a_fast_one_does_not() {
    var thin = planner.chooseForm(List.of(measured()), pull("docker-20.10.24", 20.0, 5.0));
    assertThat(thin.plan().form()).isEqualTo(Form.PLAIN); // decoding gzip overlaps with the transfer there
    var fast = planner.chooseForm(List.of(measured()), pull("docker-20.10.24", 10_000.0, 0.0));
    assertThat(seconds(fast, Form.PLAIN, "gzip-6")).isGreaterThan(seconds(fast, Form.ORIGINAL, "gzip-6") + 1.5);
  }

  @ParameterizedTest
  @CsvSource({"20, plain", "700, plain", "800, zstd", "100000, zstd"})
  void containerd_gets_zstd_layers_where_the_link_no_longer_hides_the_second_pass(double mbps, String form) {
    // plain: 365 / 456 + 365 / 257.8 = 2.216 s hidden; zstd: 0.8 s of decoding after a transfer of 133 MB: equal at 751
    assertThat(planner.chooseForm(List.of(measured()), pull("containerd-2.1.9", mbps, 0.0)).plan().form())
        .hasToString(form);
  }

  @Test
  void the_zstd_form_needs_a_zstd_variant_of_every_layer() {
    var without = LayerState.asStored(gzipped("other", 1_000_000, 3_000_000));
    var planned = planner.chooseForm(List.of(measured(), without), pull("containerd-2.1.9", 100.0, 1.0));
    assertThat(planned.plan().form()).isNotEqualTo(Form.ZSTD);
    assertThat(planned.forms()).filteredOn(option -> option.form() == Form.ZSTD)
        .singleElement()
        .satisfies(option -> assertThat(option.note()).isEqualTo("a layer has no zstd variant"));
  }

  @ParameterizedTest
  @CsvSource({"docker-20.10.24, PLAIN", "unknown-0, PLAIN", "docker-28.5.2, ORIGINAL", "cts-agent-0.1.0, ORIGINAL"})
  void an_image_that_its_upstream_stores_as_zstd_is_plain_for_who_cannot_read_that(String engine, Form expected) {
    var features = measured().features(); // pain 3: docker before 23 fails on zstd layers
    var zstd = LayerState.asStored(new LayerFeatures(features.layer(), CodecFamily.ZSTD, 133_000_000,
        features.diffId(), features.sizeBytes(), 1, List.of(), 5, List.of()));

    for (var planned : List.of(planner.chooseForm(List.of(zstd), pull(engine, 20.0, 10.0)),
        planner.chooseForm(List.of(zstd), unknown(engine)),
        planner.plan(List.of(zstd), pull(engine, 20.0, 10.0), Encoding.LADDER))) {
      assertThat(planned.plan().form()).isEqualTo(expected);
      assertThat(planned.plan().reason().contains("does not read the zstd layers that the upstream stores"))
          .isEqualTo(expected == Form.PLAIN);
    }
  }

  @Test
  void an_unknown_node_gets_another_form_only_where_it_gains_on_every_link_it_may_have() {
    var containerd = planner.chooseForm(List.of(measured()), unknown("containerd-2.1.9"));
    assertThat(containerd.plan().form()).isEqualTo(Form.ZSTD);
    assertThat(containerd.bandwidthMeasured()).isFalse();
    assertThat(containerd.plan().reason())
        .contains(
            "bandwidth unknown, taken to lie between 10 and 1000 Mbit/s; least regret over that range, seconds are for its middle");

    var docker = planner.chooseForm(List.of(measured()), unknown("docker-20.10.24"));
    assertThat(docker.plan().form()).isEqualTo(Form.ORIGINAL); // plain gains on the thin end and loses on the fast one
    assertThat(docker.forms()).filteredOn(option -> option.form() == Form.PLAIN)
        .singleElement()
        .satisfies(option -> assertThat(option.note()).startsWith("might be slower than the original"));
  }

  @Test
  void little_confidence_widens_the_link_and_a_lower_bound_opens_it_upwards() {
    var constants = CostConstants.BUILT_IN;
    var engine = Engine.parse("docker-20.10.24");
    var half = Link.range(constants,
        PullContext.of(engine, node("docker-20.10.24", 100.0, null, 0.5), Objective.LATENCY), 1);
    assertThat(half.lowMbps()).isCloseTo(100 / Math.sqrt(10), within(0.1));
    assertThat(half.highMbps()).isCloseTo(100 * Math.sqrt(10), within(0.1));
    var sure = node("docker-20.10.24", 100.0, null);
    var bound = new NodeProfile(sure.node(), engine, NodeProfile.Source.PASSIVE, 100.0, true, null, List.of(), null,
        null, null, 1, Layers.NOON);
    var opened = Link.range(constants, PullContext.of(engine, bound, Objective.LATENCY), 1);
    assertThat(opened.lowMbps()).isEqualTo(100);
    assertThat(opened.highMbps()).isEqualTo(1000);
    assertThat(Link.range(constants, PullContext.of(engine, sure, Objective.LATENCY), 1).certain()).isTrue();
  }

  @Test
  void a_class_of_five_nodes_or_more_lends_its_range_to_those_that_nobody_measured() {
    var engine = Engine.parse("docker-28.5.2");
    var seen = new ArrayList<NodeProfile>();
    for (var mbps : new double[]{20, 40, 80, 160}) {
      seen.add(node("docker-28.1.0", mbps, 4.0));
    }
    seen.add(node("containerd-2.1.9", 900.0, 4.0));
    assertThat(ClassPrior.of(engine, seen, CostConstants.BUILT_IN, Layers.NOON)).isEmpty();
    seen.add(node("docker-28.1.0", 320.0, 8.0));
    var prior = ClassPrior.of(engine, seen, CostConstants.BUILT_IN, Layers.NOON).orElseThrow();
    assertThat(prior.bandwidthMbps()).isEqualTo(80);
    assertThat(prior.rttMillis()).isEqualTo(4);
    var nodes = planner.mayBe(PullContext.of(engine, prior, Objective.LATENCY));
    assertThat(nodes).extracting(each -> Objects.requireNonNull(each.profile()).bandwidthMbps())
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : Double.compare(a, b), Double.class)
        .containsExactly(80.0, 20.0, 320.0);
    assertThat(nodes).allSatisfy(each -> assertThat(planner.mayBe(each)).hasSize(1));
  }

  @Test
  void a_profile_loses_its_confidence_within_a_day_unless_it_was_stated() {
    var fresh = node("docker-20.10.24", 100.0, null);
    assertThat(PullContext.aged(fresh, Layers.NOON.plusSeconds(6 * 3600)).confidence()).isEqualTo(0.75);
    assertThat(PullContext.aged(fresh, Layers.NOON.plusSeconds(48 * 3600)).confidence()).isZero();
    assertThat(PullContext.aged(fresh, Layers.NOON.minusSeconds(5)).confidence()).isEqualTo(1);
  }

  @Test
  void an_encoding_that_somebody_waits_for_must_earn_its_wait() {
    // 100 MB, zstd-19 saves 5 MB of 25: 1.6 s at 25 Mbit/s, and takes 50 s to make
    var layer = new LayerState(gzipped("l", 40_000_000, 100_000_000, sample("zstd-19", 0.20, 2)),
        Map.of(Encoding.zstd(3), 25_000_000L), Map.of());
    var waiting = pull("containerd-2.1.9", 25.0, 1.0);
    assertThat(encoding(planner.plan(List.of(layer), waiting, Encoding.LADDER))).hasToString("zstd-3");
    // shared among 100 pulls the wait is 0.5 s, the work 0.1 s
    assertThat(encoding(planner.plan(List.of(layer), waiting.expecting(100, 0), Encoding.LADDER)))
        .hasToString("zstd-19");
    // a backlog of 200 s is shared too: 2 s more
    assertThat(encoding(planner.plan(List.of(layer), waiting.expecting(100, 200), Encoding.LADDER)))
        .hasToString("zstd-3");
    // announced: nobody waits, only work counts: 50 s × 0.2 = 10 s for one pull, 1 s for each of ten
    assertThat(encoding(planner.plan(List.of(layer), waiting.announcedFor(1), Encoding.LADDER))).hasToString("zstd-3");
    var announced = planner.plan(List.of(layer), waiting.announcedFor(10), Encoding.LADDER);
    assertThat(encoding(announced)).hasToString("zstd-19");
    assertThat(announced.plan().layers().getFirst().reason()).endsWith("still to be made");
    assertThat(announced.plan().layers().getFirst().predicted().waitSeconds()).isCloseTo(1, within(1e-9));
    // the prediction is of the pull that finds everything there
    assertThat(announced.plan().predictedSeconds())
        .isCloseTo(announced.plan().layers().getFirst().predicted().totalSeconds() - 1 + 0.006, within(1e-9));
  }

  private static Encoding encoding(Planned planned) {
    return planned.plan().layers().getFirst().encoding();
  }

  @Test
  void an_encoding_of_unknown_size_is_no_candidate() {
    var layer = LayerState.asStored(gzipped("l", 40_000_000, 100_000_000, sample("zstd-3", 0.3, 100)));
    var planned = planner.plan(List.of(layer), pull("containerd-2.1.9", 25.0, 1.0).announcedFor(10), Encoding.LADDER);
    assertThat(planned.layers().getFirst().rows()).extracting(row -> row.form() + " " + row.encoding())
        .containsExactly("original gzip-6", "zstd zstd-3", "plain identity", "plain gzip-6", "plain zstd-3");
  }

  @Test
  void a_request_is_answered_only_what_it_accepts() {
    var layer = new LayerState(gzipped("l", 40_000_000, 100_000_000),
        Map.of(Encoding.zstd(3), 25_000_000L, Encoding.LZ4_FAST, 45_000_000L, Encoding.gzip(9), 39_000_000L), Map.of());
    var containerd = pull("containerd-2.1.9", 25.0, 1.0);
    assertThat(planner.chooseEncoding(layer, containerd).encoding()).hasToString("zstd-3");
    var gzip = planner.chooseEncoding(layer, containerd.accepting(Set.of(CodecFamily.GZIP)));
    assertThat(gzip.encoding()).hasToString("gzip-9");
    assertThat(gzip.alternatives()).extracting(each -> each.encoding().toString())
        .containsExactly("gzip-9", "gzip-6",
            "identity");
    assertThat(planner.chooseEncoding(layer, containerd.accepting(Set.of())).encoding()).hasToString("identity");
    assertThat(planner.chooseEncoding(layer, containerd.accepting(EnumSet.allOf(CodecFamily.class))).encoding())
        .hasToString("zstd-3");
  }

  @Test
  void a_very_fast_link_gets_identity_where_the_tar_is_held_and_lz4_goes_to_agents() {
    var layer = new LayerState(gzipped("l", 40_000_000, 100_000_000),
        Map.of(Encoding.IDENTITY, 100_000_000L, Encoding.LZ4_FAST, 45_000_000L, Encoding.zstd(3), 30_000_000L),
        Map.of());
    assertThat(planner.chooseEncoding(layer, pull("containerd-2.1.9", 20_000.0, 0.0)).encoding())
        .isEqualTo(Encoding.IDENTITY);
    var agent = Engine.parse("cts-agent-0.1.0");
    var weak = new NodeProfile(node("x-1", null, null).node(), agent, NodeProfile.Source.ACTIVE, 1500.0, false, 0.0,
        List.of(new NodeProfile.DecodeRate(CodecFamily.GZIP, 60), new NodeProfile.DecodeRate(CodecFamily.ZSTD, 150),
            new NodeProfile.DecodeRate(CodecFamily.LZ4, 700)),
        2.0, null, null, 1, Layers.NOON);
    assertThat(planner.chooseEncoding(layer, PullContext.of(agent, weak, Objective.LATENCY)).encoding())
        .isEqualTo(Encoding.LZ4_FAST);
  }

  @Test
  void an_unknown_node_is_sent_the_upstreams_own_bytes_unless_another_encoding_is_sure_to_gain() {
    var layer = new LayerState(gzipped("l", 40_000_000, 100_000_000),
        Map.of(Encoding.zstd(3), 30_000_000L, Encoding.gzip(1), 45_000_000L), Map.of());
    var choice = planner.chooseEncoding(layer, unknown("containerd-2.1.9"));
    assertThat(choice.encoding()).hasToString("zstd-3");
    assertThat(choice.bandwidthMeasured()).isFalse();
    assertThat(planner.chooseEncoding(layer, unknown("docker-20.10.24")).encoding()).hasToString("gzip-6");
  }

  @Test
  void the_knee_gives_up_little_of_either() {
    // zstd-9 is almost as small as zstd-19 and decodes as fast; identity is quickest on this link
    var layer = new LayerState(gzipped("l", 60_000_000, 200_000_000), Map.of(Encoding.IDENTITY, 200_000_000L,
        Encoding.LZ4_FAST, 70_000_000L, Encoding.zstd(9), 45_000_000L, Encoding.zstd(19), 44_000_000L), Map.of());
    var agent = Engine.parse("cts-agent-0.1.0");
    var slowDecoder = new NodeProfile(node("x-1", null, null).node(), agent, NodeProfile.Source.ACTIVE, 3000.0, false,
        0.0,
        List.of(new NodeProfile.DecodeRate(CodecFamily.ZSTD, 150), new NodeProfile.DecodeRate(CodecFamily.LZ4, 700)),
        null, null, null, 1, Layers.NOON);
    var chosen = new ArrayList<String>();
    for (var objective : Objective.values()) {
      chosen.add(objective + " "
          + planner.chooseEncoding(layer, PullContext.of(agent, slowDecoder, objective)).encoding());
    }
    assertThat(chosen).containsExactly("latency identity", "egress zstd-19", "balanced lz4-fast");
  }

  @Test
  void an_image_left_as_it_is_has_the_plan_and_the_reason_all_the_same() {
    var planned = planner.leaveAsIs(List.of(measured()), pull("containerd-2.1.9", 100.0, 1.0), "it is signed");
    assertThat(planned.plan().form()).isEqualTo(Form.ORIGINAL);
    assertThat(planned.plan().reason()).isEqualTo("left as the upstream sends it, because it is signed");
    assertThat(planned.plan().predictedBytes()).isEqualTo(151_000_000);
  }

  @Test
  void an_image_without_layers_is_served_as_it_is() {
    var planned = planner.plan(List.of(), unknown("docker-28.5.2"), Encoding.LADDER);
    assertThat(planned.plan()).extracting(Plan::form, Plan::predictedSeconds, Plan::reason)
        .containsExactly(Form.ORIGINAL, 0.0, "the image has no layers");
  }

  @Test
  void reasons_are_sentences_with_the_figures() {
    var planned = planner.chooseForm(List.of(measured()), pull("containerd-2.1.9", 1000.0, 1.0));
    assertThat(planned.plan().reason())
        .isEqualTo("zstd form for containerd, 3.65 s and 133.0 MB, where the original takes 5.73 s and 151.0 MB;"
            + " plain form 4.01 s and 133.0 MB");
    assertThat(planned.plan().layers().getFirst().reason())
        .isEqualTo("zstd-3 layer, 3.65 s and 133.0 MB, where the original takes 5.72 s and 151.0 MB");
    var kept = planner.chooseForm(List.of(measured()), pull("docker-20.10.24", 10_000.0, 0.0));
    assertThat(kept.plan().reason())
        .isEqualTo("as the upstream sends it, 4.80 s and 151.0 MB; zstd form: docker-legacy is not"
            + " served zstd layers; plain form 4.80 s and 365.0 MB, gains less than 2 %");
  }
}
