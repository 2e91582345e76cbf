package io.cts.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One event of each type, as the story of one pull would tell them. */
final class Samples {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final PullId PULL = PullId.parse("5f0f8a3e-0f4e-4f5c-9a55-0d7d1c9f2f10");
  private static final ImageRef IMAGE = ImageRef.parse("quay.io/org/app:1.4");
  private static final Engine ENGINE = Engine.parse("containerd-2.1.9");
  private static final NodeId NODE = NodeId.observed("anonymous", "10.0.0.7", ENGINE);
  private static final Platform PLATFORM = Platform.parse("linux/amd64");
  private static final Digest INDEX = digest("index");
  private static final Digest MANIFEST = digest("manifest");
  private static final Digest CONFIG = digest("config");
  private static final Digest LAYER = digest("layer");
  private static final Digest DIFF_ID = digest("layer's tar");
  private static final NodeProfile PROFILE = new NodeProfile(NODE, ENGINE, NodeProfile.Source.PASSIVE, 93.5, true,
      12.25,
      List.of(new NodeProfile.DecodeRate(CodecFamily.GZIP, 310.0), new NodeProfile.DecodeRate(CodecFamily.ZSTD, 980.0)),
      2.0, 4L << 30, null, 0.8, NOON.minusSeconds(3600));
  private static final NodeProfile PROBED = new NodeProfile(NODE, ENGINE, NodeProfile.Source.PASSIVE, 93.5, true, 12.25,
      PROFILE.decodeRates(), 2.0, 4L << 30, null, 0.8, NOON.minusSeconds(3600),
      new NodeDetails(new NodeDetails.Cpu("Intel(R) Xeon(R) Processor", 2, 4, 2300.0, 3600.0), 3L << 30,
          new NodeDetails.Disk("/var/lib/containerd", "/dev/nvme0n1p2", "Samsung SSD 980", "ext4"),
          new NodeDetails.Link(41.5, 62.5, 93.5, 4, 20.25),
          List.of(new NodeDetails.EncodingRate(Encoding.gzip(6), 310.0),
              new NodeDetails.EncodingRate(Encoding.zstd(3), 980.0))));
  private static final Plan PLAN = new Plan(Form.PLAIN,
      List.of(new Plan.LayerPlan(LAYER, DIFF_ID, Encoding.zstd(3),
          new Plan.Prediction(24_000_000, 0.0, 2.06, 0.071, 0.35, 2.31),
          "zstd-3: 7.1 MB less to send than gzip-6 and three times as fast to decode",
          List.of(new Plan.Alternative(Form.ORIGINAL, Encoding.gzip(6),
              new Plan.Prediction(31_100_000, 0.0, 2.67, 0.226, 0.35, 2.92))))),
      2.31, 24_000_000, 2.92, 31_100_000, "analytic-7", "a 94 Mbit/s link is the bottleneck: the smallest layers win");

  private Samples() {}

  private static DeltaRequested.Source source(String tar, Digest layer) {
    return new DeltaRequested.Source(digest(tar), 80_100_352, layer, CodecFamily.GZIP);
  }

  static List<Event> all() {
    return List.of(
        new PullRequested(id(1), NOON, PULL, IMAGE, PLATFORM, NODE, PROFILE, Objective.LATENCY,
            PullRequested.Origin.API),
        new ImageStored(id(2), NOON.plusSeconds(3), PULL, IMAGE.at(MANIFEST), INDEX, MANIFEST, CONFIG, PLATFORM,
            List.of(new ImageStored.StoredLayer(LAYER, "application/vnd.oci.image.layer.v1.tar+gzip", 31_100_000)),
            "signed: quay.io/org/app has a signature for it"),
        new ImageProfiled(id(3), NOON.plusSeconds(5), PULL, IMAGE.at(MANIFEST), MANIFEST, CONFIG, PLATFORM,
            List.of(new LayerFeatures(LAYER, CodecFamily.GZIP, 31_100_000, DIFF_ID, 80_100_352, 3127,
                List.of(new LayerFeatures.ClassBytes(LayerFeatures.FileClass.ELF, 54_500_000),
                    new LayerFeatures.ClassBytes(LayerFeatures.FileClass.TEXT, 21_000_000)),
                5.9, List.of(new LayerFeatures.CodecSample(Encoding.zstd(3), 0.3, 210.5, 985.0)))),
            null),
        new PullPlanned(id(4), NOON.plusSeconds(6), PULL, MANIFEST, NODE, EngineClass.CONTAINERD, PLAN,
            List.of(new PullPlanned.WantedEncoding(LAYER, CodecFamily.GZIP, DIFF_ID, 80_100_352, Encoding.zstd(3)))),
        new EncodingRequested(id(5), NOON.plusSeconds(6), PULL, LAYER, CodecFamily.GZIP, DIFF_ID, 80_100_352,
            Encoding.zstd(3), "zstd-jni-1.5.7-28", 1),
        new LayerEncoded(id(6), NOON.plusSeconds(7), LAYER, DIFF_ID, Encoding.zstd(3), "zstd-jni-1.5.7-28",
            digest("variant"), 24_000_000, 80_100_352, 0.38),
        new EncodingFailed(id(7), NOON.plusSeconds(7), LAYER, DIFF_ID, Encoding.zstd(19), "zstd-jni-1.5.7-28", 3,
            "the layer could not be read: not gzip at offset 1024"),
        new DeltaRequested(id(14), NOON.plusSeconds(9), source("layer's tar", LAYER),
            List.of(source("older layer's tar", digest("older layer"))), DeltaRequested.Effort.QUICK, 1, 1),
        new DeltaRequested(id(17), NOON.plusSeconds(11), source("layer's tar", LAYER),
            List.of(source("older layer's tar", digest("older layer"))), DeltaRequested.Effort.DENSE, 1, 1),
        new DeltaMade(id(15), NOON.plusSeconds(10), DIFF_ID, List.of(digest("older layer's tar")),
            DeltaRequested.Effort.QUICK, 1, digest("delta"), 1_900_000, 80_100_352, 0.9, 2_400_000L),
        new DeltaFailed(id(16), NOON.plusSeconds(10), DIFF_ID, List.of(digest("older layer's tar")),
            DeltaRequested.Effort.DENSE, 1, "layer " + LAYER + " is no longer stored"),
        new PullReady(id(8), NOON.plusSeconds(8), PULL, MANIFEST,
            List.of(new PullReady.MadeForm(Form.ORIGINAL, MANIFEST),
                new PullReady.MadeForm(Form.PLAIN, digest("plain"))),
            Form.PLAIN, "zstd-19 could not be made"),
        new PullFailed(id(9), NOON.plusSeconds(2), PULL, "cache", "MANIFEST_UNKNOWN",
            "tried to fetch the manifest of quay.io/org/app:1.4 but the registry answered 404: check the tag"),
        new TransferObserved(id(10), NOON.plusSeconds(60), NODE, ENGINE, PULL, MANIFEST, "quay.io/org/app", DIFF_ID,
            DIFF_ID, Form.PLAIN, Encoding.zstd(3), 0, 24_000_000, true, NOON.plusSeconds(58), 2.1,
            TransferObserved.Source.DISK, 2.06, "analytic-7"),
        new PullReported(id(11), NOON.plusSeconds(61), PULL, NODE, MANIFEST, Form.PLAIN, 2.4,
            List.of(new PullReported.LayerReport(DIFF_ID, Encoding.zstd(3), 24_000_000, 2.1, 0.08, 0.3))),
        new NodeProfiled(id(12), NOON.plusSeconds(90), PROBED),
        new WeightsPublished(id(13), NOON.plusSeconds(3600),
            new Weights("analytic-8", "analytic", Map.of("overhead", 0.95, "windowBytes", 1_150_000.0), 412), 0.042,
            "412 transfers: the error on held-out nodes fell from 5.1 % to 4.2 %"));
  }

  private static EventId id(int number) {
    return EventId.derived("sample " + number);
  }

  private static Digest digest(String content) {
    return Digest.sha256(content.getBytes(UTF_8));
  }
}
