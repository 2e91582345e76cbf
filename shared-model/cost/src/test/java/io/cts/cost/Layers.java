package io.cts.cost;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.LayerFeatures;
import io.cts.contract.LayerFeatures.CodecSample;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Layers and nodes to plan for. */
final class Layers {
  static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  private Layers() {}

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  static LayerFeatures gzipped(String name, long storedBytes, long plainBytes, CodecSample... samples) {
    return new LayerFeatures(digest(name + " as gzip"), CodecFamily.GZIP, storedBytes, digest(name), plainBytes, 1,
        List.of(), 5, List.of(samples));
  }

  /** The layer that FACTS measured: 365 MB, 151 MB as gzip, 133 MB as zstd. */
  static LayerState measured() {
    return new LayerState(gzipped("measured", 151_000_000, 365_000_000), Map.of(Encoding.zstd(3), 133_000_000L),
        Map.of());
  }

  static CodecSample sample(String encoding, double ratio, double encodeMBps) {
    return new CodecSample(Encoding.parse(encoding), ratio, encodeMBps, 1000);
  }

  static NodeProfile node(String engine, @Nullable Double mbps, @Nullable Double rttMillis) {
    return node(engine, mbps, rttMillis, 1);
  }

  static NodeProfile node(String engine, @Nullable Double mbps, @Nullable Double rttMillis, double confidence) {
    return new NodeProfile(NodeId.of("a-node"), Engine.parse(engine), NodeProfile.Source.ACTIVE, mbps, false, rttMillis,
        List.of(), null, null, null, confidence, NOON);
  }

  /** Any image: 1 to 6 layers of 10 kB to 500 MB, some variants there, some being made, the ladder sampled. */
  static List<LayerState> any(RandomGenerator random) {
    var layers = new ArrayList<LayerState>();
    for (var i = random.nextInt(1, 7); i > 0; i--) {
      var plain = (long) Math.pow(10, random.nextDouble(4, 8.7));
      var base = random.nextDouble(0.1, 1);
      var samples = new ArrayList<CodecSample>();
      var there = new HashMap<Encoding, Long>();
      var underWay = new HashMap<Encoding, Double>();
      for (var encoding : Encoding.LADDER) {
        var ratio = encoding.equals(Encoding.IDENTITY) ? 1 : base * random.nextDouble(0.7, 1.3);
        if (random.nextInt(5) > 0) {
          samples.add(new CodecSample(encoding, ratio, Math.pow(10, random.nextDouble(0.4, 2.7)), 1000));
        }
        switch (random.nextInt(4)) {
          case 0 -> there.put(encoding, (long) (ratio * plain));
          case 1 -> underWay.put(encoding, random.nextDouble(0, 30));
          default -> {
          }
        }
      }
      there.remove(Encoding.gzip(6));
      var storedAs = random.nextInt(5) == 0 ? CodecFamily.IDENTITY : CodecFamily.GZIP;
      layers.add(new LayerState(new LayerFeatures(digest("blob " + i), storedAs,
          storedAs == CodecFamily.GZIP ? (long) (base * plain) : plain, digest("tar " + i), plain, 10, List.of(), 5,
          samples), there, underWay));
    }
    return layers;
  }
}
