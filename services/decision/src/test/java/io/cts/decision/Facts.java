package io.cts.decision;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.EventId;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerFeatures;
import io.cts.contract.LayerFeatures.CodecSample;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images, nodes and requests to decide on. */
final class Facts {
  static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
  static final DecisionSettings SETTINGS = new DecisionSettings(
      Encoding.LADDER.stream().map(Encoding::toString).toList(),
      List.of("docker-20.10", "docker-28.5", "containerd-2.1"), 10, Duration.ofMinutes(5), 3, 2, Duration.ofSeconds(30),
      Duration.ofHours(1), Duration.ofDays(30), Duration.ofSeconds(10));

  private Facts() {}

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  /** 100 MB of tar, 40 MB as the upstream's gzip, sampled in all of the ladder. */
  static LayerFeatures layer(String name) {
    return new LayerFeatures(digest(name + ".gz"), CodecFamily.GZIP, 40_000_000, digest(name), 100_000_000, 1000,
        List.of(), 5.5,
        List.of(sample("gzip-1", 0.44, 150), sample("gzip-6", 0.40, 50), sample("gzip-9", 0.395, 20),
            sample("zstd-1", 0.38, 400), sample("zstd-3", 0.35, 250), sample("zstd-9", 0.32, 60),
            sample("zstd-19", 0.29, 3), sample("lz4-fast", 0.50, 440), sample("lz4-hc9", 0.44, 30)));
  }

  private static CodecSample sample(String encoding, double ratio, double encodeMBps) {
    return new CodecSample(Encoding.parse(encoding), ratio, encodeMBps, 800);
  }

  static NodeProfile node(String name, String engine, @Nullable Double mbps) {
    return new NodeProfile(NodeId.of(name), Engine.parse(engine), NodeProfile.Source.ACTIVE, mbps, false, 1.0,
        List.of(), null, null, null, 1, NOON);
  }

  /** An agent on a link of 1.5 Gbit/s whose processor decodes zstd slowly. */
  static NodeProfile weakAgent(String name) {
    return new NodeProfile(NodeId.of(name), Engine.parse("cts-agent-0.1.0"), NodeProfile.Source.ACTIVE, 1500.0, false,
        1.0,
        List.of(new NodeProfile.DecodeRate(CodecFamily.GZIP, 60), new NodeProfile.DecodeRate(CodecFamily.ZSTD, 150),
            new NodeProfile.DecodeRate(CodecFamily.LZ4, 700)),
        2.0, null, null, 1, NOON);
  }

  static PullRequested requested(PullId pull, @Nullable NodeId node, @Nullable NodeProfile profile,
      PullRequested.Origin origin) {
    return new PullRequested(EventId.random(), NOON, pull, ImageRef.parse("quay.io/org/app:1"), null, node, profile,
        Objective.LATENCY, origin);
  }

  static ImageProfiled profiled(PullId pull, @Nullable String leftAsIs, LayerFeatures... layers) {
    return new ImageProfiled(EventId.random(), NOON, pull, ImageRef.parse("quay.io/org/app:1"), digest("manifest"),
        digest("config"), Platform.parse("linux/amd64"), List.of(layers), leftAsIs);
  }
}
