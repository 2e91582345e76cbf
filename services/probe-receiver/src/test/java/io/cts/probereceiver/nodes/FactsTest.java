package io.cts.probereceiver.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.CodecFamily;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfile.DecodeRate;
import io.cts.contract.NodeProfile.Source;
import io.cts.probereceiver.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FactsTest {
  private static final Instant NOW = Told.NOON;

  private static NodeProfile said(Source source, Duration ago, @Nullable Double mbps, boolean isLowerBound,
      @Nullable Double cores) {
    return new NodeProfile(Told.EDGE, Told.CONTAINERD, source, mbps, isLowerBound, null, List.of(), cores, null, null,
        Facts.confidenceWhenMeasured(source, isLowerBound), NOW.minus(ago));
  }

  private static NodeProfile merged(NodeProfile... said) {
    return new Facts(List.of(said)).merged(Told.EDGE, Told.CONTAINERD, NOW);
  }

  @Test
  void what_nobody_measured_is_absent() {
    var profile = merged();

    assertThat(Facts.any(profile)).isFalse();
    assertThat(profile.confidence()).isZero();
  }

  @Test
  void each_fact_comes_from_whoever_knows_it() {
    var profile = merged(said(Source.PASSIVE, Duration.ZERO, 90.0, false, null),
        said(Source.STATED, Duration.ZERO, 10.0, false, 2.0));

    assertThat(profile.bandwidthMbps()).isEqualTo(90);
    assertThat(profile.cores()).isEqualTo(2);
    assertThat(profile.source()).isEqualTo(Source.PASSIVE);
    assertThat(profile.confidence()).isEqualTo(0.8);
  }

  @Test
  void of_two_measurements_the_one_with_more_confidence_left_is_believed() {
    var probe = said(Source.ACTIVE, Duration.ofHours(12), 50.0, false, null);

    assertThat(merged(probe, said(Source.PASSIVE, Duration.ZERO, 90.0, false, null)).bandwidthMbps()).isEqualTo(90);
    assertThat(merged(probe, said(Source.PASSIVE, Duration.ofHours(11), 90.0, false, null)).bandwidthMbps())
        .isEqualTo(50);
  }

  @Test
  void confidence_falls_with_age_to_nothing_after_a_day() {
    assertThat(merged(said(Source.ACTIVE, Duration.ofHours(6), 50.0, false, null)).confidence())
        .isCloseTo(0.75, Assertions.within(1e-9));
    assertThat(Facts.any(merged(said(Source.ACTIVE, Duration.ofHours(24), 50.0, false, null)))).isFalse();
  }

  @Test
  void what_an_operator_stated_does_not_age() {
    var profile = merged(said(Source.STATED, Duration.ofDays(90), 10.0, false, null));

    assertThat(profile.bandwidthMbps()).isEqualTo(10);
    assertThat(profile.confidence()).isEqualTo(0.5);
  }

  @Test
  void a_lower_bound_counts_only_where_it_refutes_a_value() {
    var stated = said(Source.STATED, Duration.ZERO, 100.0, false, null);

    var within = merged(stated, said(Source.PASSIVE, Duration.ZERO, 30.0, true, null));
    var beyond = merged(stated, said(Source.PASSIVE, Duration.ZERO, 300.0, true, null));

    assertThat(within.bandwidthMbps()).isEqualTo(100);
    assertThat(within.bandwidthIsLowerBound()).isFalse();
    assertThat(beyond.bandwidthMbps()).isEqualTo(300);
    assertThat(beyond.bandwidthIsLowerBound()).isTrue();
  }

  @Test
  void decode_rates_are_believed_codec_by_codec() {
    var probe = new NodeProfile(Told.EDGE, Told.CONTAINERD, Source.ACTIVE, null, false, null,
        List.of(new DecodeRate(CodecFamily.GZIP, 180)), null, null, null, 1, NOW);
    var stated = new NodeProfile(Told.EDGE, Told.CONTAINERD, Source.STATED, null, false, null,
        List.of(new DecodeRate(CodecFamily.GZIP, 999), new DecodeRate(CodecFamily.ZSTD, 600)), null, null, null, 0.5,
        NOW);

    assertThat(merged(stated, probe).decodeRates()).containsExactly(new DecodeRate(CodecFamily.GZIP, 180),
        new DecodeRate(CodecFamily.ZSTD, 600));
  }
}
