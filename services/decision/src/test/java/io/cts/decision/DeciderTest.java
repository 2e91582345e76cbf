package io.cts.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.PullPlanned.WantedEncoding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeciderTest {
  private final Nodes nodes = new Nodes(Facts.CLOCK);
  private final Models models = new Models();
  private final Decider decider = new Decider(Facts.SETTINGS, models, nodes, Facts.CLOCK);

  private static Decider.Image image(@Nullable String leftAsIs, LayerFeatures... layers) {
    return new Decider.Image(null, Facts.digest("manifest"), List.of(layers), leftAsIs);
  }

  private Decision forNode(NodeId node, double expectedPulls, Encodings.Known encodings) {
    var known = nodes.known(node, models.planner().constants());
    return decider.decide(
        new Decider.Request(null, node, known, null, Objective.LATENCY, true, expectedPulls),
        image(null, Facts.layer("app")), encodings);
  }

  private Decision forWhoeverComes(@Nullable String leftAsIs, LayerFeatures... layers) {
    return decider.decide(new Decider.Request(null, null, null, null, Objective.LATENCY, true, 10),
        image(leftAsIs, layers), Encodings.Known.NOTHING);
  }

  private static List<String> wanted(Decision decision) {
    return decision.wanted().stream().map(WantedEncoding::encoding).map(Encoding::toString).toList();
  }

  @Test
  void a_slow_and_a_fast_node_of_one_engine_want_different_encodings() {
    nodes.put(Facts.node("slow", "cts-agent-0.1.0", 10.0));
    nodes.put(Facts.weakAgent("fast"));
    assertThat(wanted(forNode(NodeId.of("slow"), 20, Encodings.Known.NOTHING))).containsExactly("zstd-19");
    assertThat(wanted(forNode(NodeId.of("fast"), 20, Encodings.Known.NOTHING))).containsExactly("lz4-fast");
  }

  @Test
  void what_the_upstream_stores_and_identity_are_never_wanted() {
    nodes.put(Facts.node("thin", "docker-20.10.24", 30.0));
    var plain = decider.decide(
        new Decider.Request(null, NodeId.of("thin"),
            nodes.known(NodeId.of("thin"), models.planner().constants()), null, Objective.LATENCY, true, 1),
        image(null, Facts.layer("app")), Encodings.Known.NOTHING);
    assertThat(plain.plan().form()).isEqualTo(Form.PLAIN); // the upstream's gzip, decoded while it travels
    assertThat(plain.plan().layers().getFirst().encoding()).hasToString("gzip-6");
    assertThat(plain.wanted()).isEmpty();
  }

  @Test
  void an_unknown_node_is_planned_for_all_the_same() {
    var unknown = forNode(NodeId.of("anonymous~10.0.0.7~containerd-2.1.9"), 10, Encodings.Known.NOTHING);
    assertThat(unknown.engineClass()).isEqualTo(EngineClass.CONTAINERD);
    assertThat(unknown.basis()).isEqualTo("nothing is known of the node");
    assertThat(unknown.plan().form()).isEqualTo(Form.ZSTD);
    assertThat(unknown.bandwidthMeasured()).isFalse();
    assertThat(forNode(NodeId.of("a-chosen-name"), 10, Encodings.Known.NOTHING).engineClass())
        .isEqualTo(EngineClass.OTHER);
  }

  @Test
  void a_node_without_facts_is_taken_to_be_like_others_of_its_class() {
    for (var i = 0; i < 5; i++) {
      nodes.put(Facts.node("n" + i, "containerd-2.0.1", 1000.0 + i));
    }
    var like = forNode(NodeId.of("anonymous~10.0.0.7~containerd-2.1.9"), 1, Encodings.Known.NOTHING);
    assertThat(like.basis()).contains("like others of its class");
    assertThat(like.bandwidthMeasured()).isTrue();
    assertThat(like.plan().reason()).contains("between 1000 and 1004 Mbit/s");
  }

  @Test
  void a_variant_that_could_not_be_made_or_takes_too_long_is_no_candidate() {
    nodes.put(Facts.node("slow", "containerd-2.1.9", 10.0));
    var failed = new Encodings.Known(0, Map.of(), Map.of(),
        Map.of(Facts.digest("app"), List.of(Encoding.zstd(19), Encoding.zstd(9))));
    assertThat(wanted(forNode(NodeId.of("slow"), 100, failed))).containsExactly("zstd-3");
    var huge = new LayerFeatures(Facts.digest("h.gz"), CodecFamily.GZIP, 4_000_000_000L, Facts.digest("h"),
        10_000_000_000L, 1000, List.of(), 5.5, Facts.layer("h").samples());
    var decision = decider.decide(
        new Decider.Request(null, NodeId.of("slow"), nodes.known(NodeId.of("slow"), models.planner().constants()), null,
            Objective.EGRESS, true, 100),
        image(null, huge), Encodings.Known.NOTHING);
    assertThat(wanted(decision)).containsExactly("zstd-9"); // zstd-19 at 3 MB/s would take 55 minutes
  }

  @Test
  void an_encoding_that_is_under_way_is_waited_for_no_longer_than_the_backlog() {
    nodes.put(Facts.node("slow", "containerd-2.1.9", 10.0));
    var asked = new Encodings.Known(2, Map.of(), Map.of(Facts.digest("app"), List.of(Encoding.zstd(19))), Map.of());
    var node = NodeId.of("slow");
    var request = new Decider.Request(null, node, nodes.known(node, models.planner().constants()), null,
        Objective.LATENCY, false, 1);
    assertThat(wanted(decider.decide(request, image(null, Facts.layer("app")), asked))).containsExactly("zstd-19");
    assertThat(wanted(decider.decide(request, image(null, Facts.layer("app")), Encodings.Known.NOTHING)))
        .containsExactly("zstd-9");
  }

  @Test
  void an_image_for_whoever_comes_gets_a_few_variants_that_serve_all_that_are_expected() {
    var decision = forWhoeverComes(null, Facts.layer("app"), Facts.layer("base"));
    assertThat(decision.audience()).extracting(each -> each.engineClass().toString())
        .containsExactlyInAnyOrder(
            "docker-legacy", "docker", "containerd");
    assertThat(decision.wanted()).hasSizeBetween(2, 6);
    assertThat(wanted(decision)).allMatch(encoding -> encoding.startsWith("zstd")); // nobody here reads lz4
    assertThat(decision.wanted()).extracting(WantedEncoding::diffId)
        .contains(Facts.digest("app"),
            Facts.digest("base"));
    assertThat(decision.audience()).filteredOn(each -> each.engineClass() == EngineClass.DOCKER_LEGACY)
        .singleElement()
        .satisfies(each -> assertThat(each.plan().form()).isEqualTo(Form.ORIGINAL));
    assertThat(decision.audience()).filteredOn(each -> each.engineClass() == EngineClass.DOCKER)
        .singleElement()
        .satisfies(each -> assertThat(each.plan().form()).isEqualTo(Form.ZSTD));
    assertThat(decision.audience()).filteredOn(each -> each.engineClass() == EngineClass.CONTAINERD)
        .singleElement()
        .satisfies(each -> assertThat(each.plan().predictedSeconds()).isLessThan(each.plan().originalSeconds()));
  }

  @Test
  void lz4_is_made_ahead_where_agents_on_fast_links_were_seen() {
    for (var i = 0; i < 6; i++) {
      nodes.put(Facts.weakAgent("agent-" + i));
    }
    assertThat(wanted(forWhoeverComes(null, Facts.layer("app")))).contains("lz4-fast");
  }

  @Test
  void an_image_left_as_it_is_wants_nothing() {
    var decision = forWhoeverComes("it is signed", Facts.layer("app"));
    assertThat(decision.plan().form()).isEqualTo(Form.ORIGINAL);
    assertThat(decision.plan().reason()).endsWith("it is signed");
    assertThat(decision.wanted()).isEmpty();
  }

  @Test
  void an_image_without_layers_wants_nothing() {
    assertThat(forWhoeverComes(null).wanted()).isEmpty();
  }

  @Test
  void a_layer_that_occurs_twice_is_wanted_once() {
    var decision = forWhoeverComes(null, Facts.layer("app"), Facts.layer("app"));
    assertThat(decision.wanted()).doesNotHaveDuplicates();
  }
}
