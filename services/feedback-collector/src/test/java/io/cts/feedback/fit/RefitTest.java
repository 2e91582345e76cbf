package io.cts.feedback.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefitTest {
  private static final Demands DEMANDS = new Demands(30, 3);
  private static final String DOCKER_SPOOL = CostConstants.name(EngineClass.DOCKER, CostConstants.SPOOL_MBPS);
  private static final String DOCKER_ZSTD = CostConstants.name(EngineClass.DOCKER, CostConstants.ZSTD_MBPS);
  private static final String CONTAINERD_SPOOL = CostConstants.name(EngineClass.CONTAINERD, CostConstants.SPOOL_MBPS);
  private static final String AGENT_ZSTD = CostConstants.name(EngineClass.AGENT, CostConstants.ZSTD_MBPS);
  private static final String AGENT_LZ4 = CostConstants.name(EngineClass.AGENT, CostConstants.LZ4_MBPS);
  private static final Map<String, Double> TRUTH = Map.of(CostConstants.LINK_EFFICIENCY, 0.88,
      CostConstants.LINK_WINDOW_MB, 2.6, CostConstants.LINK_SETUP_ROUND_TRIPS, 9.0, DOCKER_SPOOL, 60.0,
      CONTAINERD_SPOOL, 330.0, DOCKER_ZSTD, 250.0, AGENT_ZSTD, 700.0);

  @Test
  void true_constants_are_recovered_from_noisy_measurements() {
    var evidence = new Site(42, TRUTH, 0.1, 0.05).evidence(40, 60, 10);

    var refit = Refit.of(Site.builtIn(), evidence, DEMANDS);

    assertThat(refit).isInstanceOfSatisfying(Refit.Better.class, better -> {
      var fitted = better.fitted().constants();
      TRUTH.forEach((name, value) -> assertThat(fitted.get(name)).as(name).isCloseTo(value, withinPercentage(6)));
      assertThat(better.heldOut().after()).isLessThan(0.2).isLessThan(better.heldOut().before() / 2);
      assertThat(better.heldOut().nodes()).isEqualTo(40);
      assertThat(better.reason()).startsWith("With ")
          .contains("2400 transfers and 400 work times of 40 nodes", "falls");
    });
  }

  @Test
  void wild_measurements_hardly_move_the_constants() {
    var evidence = new Site(43, TRUTH, 0.1, 0.2).evidence(40, 60, 10);

    var fitted = ConstantFit.fit(Site.builtIn(), evidence, DEMANDS).constants();

    assertThat(fitted.get(CostConstants.LINK_WINDOW_MB)).isCloseTo(2.6, withinPercentage(12));
    assertThat(fitted.get(AGENT_ZSTD)).isCloseTo(700, withinPercentage(12));
  }

  @Test
  void what_cannot_be_moves_a_constant_within_bounds_and_nothing_that_is_no_number_is_published() {
    var name = CostConstants.name(EngineClass.AGENT, CostConstants.SPOOL_MBPS);
    var absurd = IntStream.range(0, 60)
        .mapToObj(i -> handOver(name, i, 100, 1e-6))
        .toList();
    var empty = IntStream.range(0, 60).mapToObj(i -> handOver(name, i, 0, 1)).toList();

    var before = Site.builtIn().getOrDefault(name, Double.NaN);
    assertThat(ConstantFit.fit(Site.builtIn(), new Evidence(List.of(), absurd), DEMANDS).constants().get(name))
        .isEqualTo(16 * before);
    assertThat(Refit.of(Site.builtIn(), new Evidence(List.of(), empty), DEMANDS)).isInstanceOf(Refit.NotEnough.class);
  }

  private static RateSample handOver(String constant, int node, double decodedMB, double seconds) {
    return new RateSample(constant, new NodeId("node-" + node), "agents", Digest.sha256(new byte[]{(byte) node}),
        Encoding.zstd(3), decodedMB, seconds);
  }

  @Test
  void constants_without_evidence_keep_their_value() {
    var evidence = new Site(44, TRUTH, 0.05, 0).evidence(20, 60, 0);

    var fitted = ConstantFit.fit(Site.builtIn(), evidence, DEMANDS);

    assertThat(fitted.constants()).containsEntry(AGENT_ZSTD, Site.builtIn().get(AGENT_ZSTD))
        .containsEntry(AGENT_LZ4, Site.builtIn().get(AGENT_LZ4))
        .containsEntry(CostConstants.WORK_WEIGHT, Site.builtIn().get(CostConstants.WORK_WEIGHT));
    assertThat(fitted.moved()).extracting(Fitted.Moved::name).doesNotContain(AGENT_ZSTD, AGENT_LZ4);
  }

  @Test
  void a_constant_that_too_few_samples_would_notice_keeps_its_value() {
    var site = new Site(45, TRUTH, 0.05, 0);
    var thinLinks = site.evidence(30, 40, 0)
        .transfers()
        .stream()
        .filter(sample -> sample.bandwidthMbps() < 40)
        .toList();

    var fitted = ConstantFit.fit(Site.builtIn(), new Evidence(thinLinks, List.of()), DEMANDS);

    assertThat(fitted.constants()).containsEntry(DOCKER_SPOOL, Site.builtIn().get(DOCKER_SPOOL));
  }

  @Test
  void few_nodes_are_not_enough_however_much_they_pull() {
    var refit = Refit.of(Site.builtIn(), new Site(46, TRUTH, 0.1, 0).evidence(2, 500, 100), DEMANDS);

    assertThat(refit).isInstanceOf(Refit.NotEnough.class);
    assertThat(refit.reason()).isEqualTo("Not enough data: 1000 transfers and 200 work times of 2 nodes can be used,"
        + " a fit needs 30 of 3.");
  }

  @Test
  void no_evidence_is_not_enough() {
    assertThat(Refit.of(Site.builtIn(), new Evidence(List.of(), List.of()), DEMANDS))
        .isInstanceOf(Refit.NotEnough.class);
  }

  @Test
  void constants_that_are_right_already_are_not_published_again() {
    var inUse = new java.util.HashMap<>(Site.builtIn());
    inUse.putAll(TRUTH);
    var evidence = new Site(47, TRUTH, 0.01, 0).evidence(40, 60, 10);

    var refit = Refit.of(inUse, evidence, DEMANDS);

    assertThat(refit).isInstanceOf(Refit.Same.class);
  }

  @Test
  void what_does_not_hold_for_other_nodes_is_refused() {
    // four nodes that have nothing in common: whatever three of them teach is wrong for the fourth
    var work = new java.util.ArrayList<RateSample>();
    var rates = new double[]{100, 10_000, 100, 10_000};
    for (var node = 0; node < rates.length; node++) {
      var site = new Site(node, Map.of(AGENT_ZSTD, rates[node]), 0.05, 0);
      work.addAll(site.workTimes(new io.cts.contract.NodeId("node-" + node), 50));
    }

    var refit = Refit.of(Site.builtIn(), new Evidence(List.of(), work), DEMANDS);

    assertThat(refit).isInstanceOfSatisfying(Refit.Worse.class, worse -> {
      assertThat(worse.heldOut().after()).isGreaterThan(worse.heldOut().before());
      assertThat(worse.reason()).startsWith("Not published: ").contains("would rise from");
    });
  }

  @Test
  void the_same_evidence_gives_the_same_constants() {
    var first = ConstantFit.fit(Site.builtIn(), new Site(48, TRUTH, 0.1, 0.05).evidence(10, 40, 5), DEMANDS);
    var second = ConstantFit.fit(Site.builtIn(), new Site(48, TRUTH, 0.1, 0.05).evidence(10, 40, 5), DEMANDS);

    assertThat(first).isEqualTo(second);
  }
}
