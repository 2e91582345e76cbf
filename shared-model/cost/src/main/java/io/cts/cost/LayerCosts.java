package io.cts.cost;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeProfile;
import io.cts.contract.Plan.Prediction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each form and encoding of a layer costs one node. */
final class LayerCosts {
  private static final double MEGA = 1e6;

  private final CostConstants constants;
  private final PullContext context;
  private final Link.Range link;
  private final EngineCosts engine;
  private final double cores;
  private final double parallel;
  private final double diskMBps;

  /** @param streams layers under way at once, on average */
  LayerCosts(CostConstants constants, PullContext context, double streams) {
    this.constants = constants;
    this.context = context;
    this.engine = constants.engine(context.engineClass());
    this.link = Link.range(constants, context, streams);
    var profile = context.profile();
    var known = profile == null ? null : profile.cores();
    this.cores = known == null ? 1 : known;
    this.parallel = Math.max(1, Math.min(streams, cores));
    var disk = profile == null ? null : profile.diskWriteMBps();
    this.diskMBps = disk == null ? Double.POSITIVE_INFINITY : disk;
  }

  Link.Range link() {
    return link;
  }

  /** The forms that the engine can read at all. An agent hands plain layers on, whatever the engine behind it reads. */
  static boolean readable(EngineClass engineClass, Form form, List<LayerState> layers) {
    return switch (form) {
      case ORIGINAL -> engineClass.readsZstdLayers()
          || layers.stream().noneMatch(layer -> layer.features().storedAs() == CodecFamily.ZSTD);
      case PLAIN -> true;
      case ZSTD -> readsZstdForm(engineClass);
    };
  }

  private static boolean readsZstdForm(EngineClass engineClass) {
    return engineClass.readsZstdLayers() && engineClass != EngineClass.AGENT;
  }

  /** Every candidate of {@code layer} that the client can read: the original first, then zstd, then plain. */
  List<Candidate> of(LayerState layer, List<Encoding> ladder, boolean thereOnly) {
    var candidates = new ArrayList<Candidate>(2 * ladder.size() + 4);
    candidates.add(original(layer));
    for (var form : List.of(Form.ZSTD, Form.PLAIN)) {
      if (form == Form.ZSTD && !readsZstdForm(context.engineClass())) {
        continue;
      }
      for (var encoding : ladder) {
        add(candidates, layer, form, encoding, thereOnly);
      }
      for (var encoding : layer.variantBytes().keySet()) {
        if (!ladder.contains(encoding)) {
          add(candidates, layer, form, encoding, thereOnly);
        }
      }
      if (!ladder.contains(layer.ownEncoding()) && !layer.variantBytes().containsKey(layer.ownEncoding())) {
        add(candidates, layer, form, layer.ownEncoding(), thereOnly);
      }
      if (form == Form.PLAIN && !ladder.contains(Encoding.IDENTITY)
          && layer.ownEncoding().family() != CodecFamily.IDENTITY
          && !layer.variantBytes().containsKey(Encoding.IDENTITY)) {
        add(candidates, layer, form, Encoding.IDENTITY, thereOnly);
      }
    }
    return candidates;
  }

  private Candidate original(LayerState layer) {
    var bytes = layer.features().storedSizeBytes();
    return cost(layer, Form.ORIGINAL, layer.ownEncoding(), bytes, true, 0);
  }

  private void add(List<Candidate> candidates, LayerState layer, Form form, Encoding encoding, boolean thereOnly) {
    var family = encoding.family();
    if (form == Form.ZSTD ? family != CodecFamily.ZSTD : !context.accepts().contains(family)) {
      return;
    }
    var there = layer.bytesThere(encoding);
    if (there.isPresent()) {
      candidates.add(cost(layer, form, encoding, there.getAsLong(), true, 0));
      return;
    }
    var sample = thereOnly ? null : layer.features().sample(encoding).orElse(null);
    if (sample == null) {
      return; // nobody knows how large it would be
    }
    var bytes = (long) Math.ceil(sample.ratio() * layer.features().sizeBytes());
    candidates.add(cost(layer, form, encoding, bytes, false, wait(layer, encoding, sample.encodeMBps())));
  }

  private double wait(LayerState layer, Encoding encoding, double encodeMBps) {
    var encodeSeconds = layer.features().sizeBytes() / MEGA / encodeMBps;
    var underWay = layer.secondsUntilReady().get(encoding);
    var waiting = underWay != null ? underWay : context.backlogSeconds() + encodeSeconds;
    var work = underWay != null ? 0 : constants.workWeight * encodeSeconds;
    return ((context.announced() ? 0 : waiting) + work) / context.expectedPulls();
  }

  private Candidate cost(LayerState layer, Form form, Encoding encoding, long bytes, boolean there, double wait) {
    var decodedMB = layer.features().sizeBytes() / MEGA;
    var decode = decodedMB / decodeMBps(encoding.family());
    var blobMB = form == Form.PLAIN ? decodedMB : bytes / MEGA;
    var spool = blobMB / onDisk(engine.spoolMBps());
    var untar = decodedMB / onDisk(engine.unpackMBps());
    // an agent decodes and checks the content of any form while it arrives; engines do so when they unpack
    var decodesInStream = form == Form.PLAIN || context.engineClass() == EngineClass.AGENT;
    var inStream = spool + (decodesInStream ? decode : 0);
    var after = untar + (decodesInStream ? 0 : decode);
    var served = form == Form.PLAIN && encoding.family() == CodecFamily.IDENTITY && layer.identityIsInflated()
        ? decodedMB / constants.serverInflateMBps
        : 0;
    var points = link.points();
    var arrival = new double[points.length];
    for (var i = 0; i < points.length; i++) {
      var transfer = Math.max(bytes / MEGA / points[i].megabytesPerSecond(), served);
      arrival[i] = wait + Math.max(transfer, inStream / parallel);
    }
    var transfer = Math.max(bytes / MEGA / points[0].megabytesPerSecond(), served);
    return new Candidate(form, encoding, bytes, there, wait, arrival, after,
        new Prediction(bytes, wait, transfer, decode, spool + untar, arrival[0] + after));
  }

  private double decodeMBps(CodecFamily family) {
    @Nullable
    NodeProfile profile = context.profile();
    if (profile != null) {
      var measured = profile.decodeMBps(family);
      if (measured.isPresent()) {
        return measured.getAsDouble();
      }
    }
    return engine.decodeMBps(family) * Math.min(1, cores);
  }

  private double onDisk(double rateMBps) {
    return Math.min(rateMBps * Math.min(1, cores), diskMBps);
  }
}
