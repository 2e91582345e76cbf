package io.cts.client;

import io.cts.client.probe.DecodeProbe;
import io.cts.client.probe.LinkProbe;
import io.cts.client.probe.Machine;
import io.cts.client.probe.MachineProbe;
import io.cts.contract.Engine;
import io.cts.contract.NodeDetails;
import io.cts.contract.NodeProfile.DecodeRate;
import io.cts.contract.NodeProfile.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
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
    @Nullable Double diskWriteMBps,
    Instant measuredAt,
    @Nullable NodeDetails details) {
  private static final Duration PER_CODEC = Duration.ofMillis(300);

  static Engine engine(String version) {
    return Engine.ofUserAgent("cts-agent/" + version);
  }

  /** Measures the link alone; what this machine decodes is known from before. */
  public static NodeFacts measured(LinkProbe link, List<DecodeRate> decodeRates) throws IOException {
    return of(link.rttMillis(), link.download().best(), decodeRates, null, null);
  }

  /**
   * Measures all that there is to measure.
   *
   * @param store the folder whose disk is written to
   * @param missing is told, in a line each, what could not be measured, and why
   */
  static NodeFacts probed(LinkProbe link, Path store, Consumer<String> missing) throws IOException {
    var rtt = link.rttMillis();
    var down = link.download();
    var up = link.upload();
    var decoding = new DecodeProbe(PER_CODEC).measureAll();
    var machine = new MachineProbe(store, missing);
    var details = new NodeDetails(machine.cpu(), machine.memoryAvailableBytes(), machine.disk(),
        new NodeDetails.Link(down.shortMbps(), down.one().mbps(), down.several().mbps(), LinkProbe.STREAMS,
            up.map(LinkProbe.Bandwidth::mbps).orElse(null)),
        decoding);
    return of(rtt, down.best(), DecodeProbe.typical(decoding), machine.diskWriteMBps(), details);
  }

  private static NodeFacts of(double rttMillis, LinkProbe.Bandwidth bandwidth, List<DecodeRate> decodeRates,
      @Nullable Double diskWriteMBps, @Nullable NodeDetails details) {
    var memory = new Machine().memoryBytes();
    return new NodeFacts(engine(Version.text()), Source.ACTIVE, bandwidth.mbps(), bandwidth.isLowerBound(), rttMillis,
        decodeRates, new Machine().cores(), memory.isPresent() ? memory.getAsLong() : null, diskWriteMBps,
        Instant.now(), details);
  }
}
