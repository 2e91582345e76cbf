package io.cts.client;

import io.cts.client.probe.DecodeProbe;
import io.cts.client.probe.LinkProbe;
import io.cts.client.probe.Machine;
import io.cts.contract.Engine;
import io.cts.contract.NodeProfile.DecodeRate;
import io.cts.contract.NodeProfile.Source;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node knows of itself, as {@code PUT /v1/nodes/{node}} takes it. What was not measured is absent. */
public record NodeFacts(
    Engine engine,
    Source source,
    @Nullable Double bandwidthMbps,
    @Nullable Boolean bandwidthIsLowerBound,
    @Nullable Double rttMillis,
    List<DecodeRate> decodeRates,
    double cores,
    @Nullable Long memoryBytes,
    Instant measuredAt) {
  private static final Duration PER_CODEC = Duration.ofMillis(300);

  static Engine engine(String version) {
    return Engine.ofUserAgent("cts-agent/" + version);
  }

  /** Measures this machine; its decode rates may be known from before. */
  public static NodeFacts measured(LinkProbe link, @Nullable List<DecodeRate> known) throws IOException {
    var bandwidth = link.download();
    var memory = new Machine().memoryBytes();
    return new NodeFacts(engine(Version.text()), Source.ACTIVE, bandwidth.mbps(), bandwidth.isLowerBound(),
        link.rttMillis(), known != null ? known : new DecodeProbe(PER_CODEC).measure(), new Machine().cores(),
        memory.isPresent() ? memory.getAsLong() : null, Instant.now());
  }
}
