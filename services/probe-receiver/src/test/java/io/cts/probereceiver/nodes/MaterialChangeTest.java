package io.cts.probereceiver.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.CodecFamily;
import io.cts.contract.Engine;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfile.DecodeRate;
import io.cts.contract.NodeProfile.Source;
import io.cts.probereceiver.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MaterialChangeTest {
  private static final Instant TOLD = Told.NOON;
  private static final Instant SOON = TOLD.plusSeconds(60);

  private static NodeProfile profile(@Nullable Double mbps, boolean isLowerBound, @Nullable Double rtt,
      DecodeRate... rates) {
    return new NodeProfile(Told.EDGE, Told.CONTAINERD, Source.PASSIVE, mbps, isLowerBound, rtt, List.of(rates), null,
        null, null, 0.8, TOLD);
  }

  private static boolean isMaterial(NodeProfile before, NodeProfile after, Instant now) {
    return MaterialChange.isOne(before, TOLD, after, now);
  }

  @Test
  void the_first_facts_of_a_node_are_told_and_a_node_without_facts_is_not() {
    assertThat(MaterialChange.isOne(null, null, profile(20.0, false, null), SOON)).isTrue();
    assertThat(MaterialChange.isOne(null, null, profile(null, false, null), SOON)).isFalse();
  }

  @Test
  void a_tenth_more_or_less_is_no_news_and_beyond_is() {
    assertThat(isMaterial(profile(100.0, false, null), profile(110.0, false, null), SOON)).isFalse();
    assertThat(isMaterial(profile(100.0, false, null), profile(90.0, false, null), SOON)).isFalse();
    assertThat(isMaterial(profile(100.0, false, null), profile(110.1, false, null), SOON)).isTrue();
    assertThat(isMaterial(profile(100.0, false, null), profile(89.9, false, null), SOON)).isTrue();
  }

  @Test
  void a_fact_that_comes_or_goes_is_news() {
    assertThat(isMaterial(profile(100.0, false, null), profile(100.0, false, 40.0), SOON)).isTrue();
    assertThat(isMaterial(profile(100.0, false, 40.0), profile(100.0, false, null), SOON)).isTrue();
    assertThat(isMaterial(profile(100.0, true, null), profile(100.0, false, null), SOON)).isTrue();
    assertThat(isMaterial(profile(100.0, false, null),
        profile(100.0, false, null, new DecodeRate(CodecFamily.ZSTD, 600)), SOON)).isTrue();
  }

  @Test
  void another_engine_is_news() {
    var docker = new NodeProfile(Told.EDGE, new Engine("docker", "28.5.2"), Source.PASSIVE, 100.0, false, null,
        List.of(), null, null, null, 0.8, TOLD);

    assertThat(isMaterial(profile(100.0, false, null), docker, SOON)).isTrue();
  }

  @Test
  void the_same_is_told_again_after_half_a_day() {
    var same = profile(100.0, false, null);

    assertThat(isMaterial(same, same, TOLD.plus(Duration.ofHours(12)).minusSeconds(1))).isFalse();
    assertThat(isMaterial(same, same, TOLD.plus(Duration.ofHours(12)))).isTrue();
  }
}
