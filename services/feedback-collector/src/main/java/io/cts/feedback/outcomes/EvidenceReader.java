package io.cts.feedback.outcomes;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;
import io.cts.feedback.fit.Cleaning;
import io.cts.feedback.fit.Evidence;
import io.cts.feedback.fit.RateSample;
import io.cts.feedback.fit.TransferSample;
import io.cts.feedback.fit.TransferSample.Vantage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds, among all that was observed, what constants can be fitted to.
 *
 * <p>Of transfers: whole layers that somebody timed, sent from the store, to nodes whose link is known from a probe of
 * theirs or was stated. A bandwidth that was told from transfers proves nothing about transfers. Of reports: what an agent
 * measured; as a transfer only where one layer makes up nearly all of the pull, for nobody says which layers travelled at
 * the same time.
 */
public class EvidenceReader {
  private static final double MEGA = 1e6;
  /** A layer that is this part of a report's bytes is taken to have had the link to itself. */
  private static final double ALONE = 0.9;

  private final Transfers transfers;
  private final Reports reports;
  private final int most;

  /** @param most newest transfers, and as many reports, that are read */
  EvidenceReader(Transfers transfers, Reports reports, int most) {
    this.transfers = transfers;
    this.reports = reports;
    this.most = most;
  }

  /** What was found; work times with what cleaning said of them. */
  public record Found(List<TransferSample> transfers, Cleaning work) {
    public Evidence cleaned() {
      return new Evidence(transfers, work.kept());
    }
  }

  public Found read() {
    var samples = new ArrayList<TransferSample>();
    var work = new ArrayList<RateSample>();
    for (var layer : transfers.newestLayers(most)) {
      var engine = named(EngineClass.values(), layer.getEngineClass());
      samples.add(transfer(layer, engine, Math.max(1, layer.getStreams()), Vantage.SERVER));
    }
    for (var layer : reports.newestLayers(most)) {
      var alone = layer.getWireBytes() >= ALONE * layer.getReportBytes() && layer.getWireBytes() > 0;
      if (alone && layer.getSeconds() > 0 && layer.getBandwidthMbps() != null) {
        samples.add(transfer(layer, EngineClass.AGENT, 1, Vantage.CLIENT));
      }
      work.addAll(work(layer, alone));
    }
    return new Found(samples, Cleaning.of(work));
  }

  private static TransferSample transfer(LayerTiming layer, EngineClass engine, double streams, Vantage vantage) {
    var family = Encoding.parse(layer.getEncoding()).family();
    var rttMillis = layer.getRttMillis();
    var cores = layer.getCores();
    return new TransferSample(new NodeId(layer.getNode()), engine, named(Form.values(), layer.getForm()), family,
        layer.getWireBytes() / MEGA, layer.getSizeBytes() / MEGA, Objects.requireNonNull(layer.getBandwidthMbps()),
        Objects.equals(layer.getProfileSource(), "stated"), rttMillis == null ? 0 : rttMillis / 1000,
        cores == null ? 1 : cores, nodeDecodeMBps(layer, family), streams, vantage, layer.getSeconds());
  }

  private static @Nullable Double nodeDecodeMBps(LayerTiming layer, CodecFamily family) {
    return switch (family) {
      case IDENTITY -> null;
      case GZIP -> layer.getGzipMbps();
      case ZSTD -> layer.getZstdMbps();
      case LZ4 -> layer.getLz4Mbps();
    };
  }

  private static List<RateSample> work(LayerTiming.Reported layer, boolean alone) {
    var encoding = Encoding.parse(layer.getEncoding());
    var times = new ArrayList<RateSample>();
    var decoding = layer.getDecodeSeconds();
    if (decoding != null && encoding.family() != CodecFamily.IDENTITY) {
      times.add(work(layer, encoding, RateSample.decodeConstant(encoding.family()), decoding));
    }
    var handOver = layer.getHandOverSeconds();
    if (handOver != null) {
      times.add(work(layer, encoding, CostConstants.SPOOL_MBPS, handOver * ofACore(layer)));
      if (alone) { // what is left of the pull once its one layer has come is the engine's unpacking
        times.add(work(layer, encoding, CostConstants.UNPACK_MBPS,
            (layer.getTotalSeconds() - layer.getSeconds()) * ofACore(layer)));
      }
    }
    return times;
  }

  /** The model's rates are of a whole core; what an engine took was on what its node has of one. */
  private static double ofACore(LayerTiming layer) {
    var cores = layer.getCores();
    return cores == null ? 1 : Math.min(1, cores);
  }

  private static RateSample work(LayerTiming layer, Encoding encoding, String constant, double seconds) {
    var cores = layer.getCores();
    var nodeClass = EngineClass.AGENT + ", "
        + (cores == null ? "cores unknown" : String.format(Locale.ROOT, "%.1f cores", cores));
    return new RateSample(CostConstants.name(EngineClass.AGENT, constant), new NodeId(layer.getNode()), nodeClass,
        Digest.parse(layer.getDiffId()), encoding, layer.getSizeBytes() / MEGA, seconds);
  }

  private static <T> T named(T[] values, String text) {
    var byName = Arrays.stream(values)
        .collect(Collectors.toMap(value -> value.toString().toLowerCase(Locale.ROOT),
            Function.identity()));
    var value = byName.get(text);
    if (value == null) {
      throw new IllegalStateException(
          "the database says \"" + text + "\" where it should say one of " + byName.keySet());
    }
    return value;
  }
}
