package io.cts.imageprobe;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures.CodecSample;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells from sampled blocks how small each encoding makes a layer, and how fast. README.md has the method and how far off
 * it is.
 */
final class CodecTrial {
  /** What every ratio is measured against: it is known of the whole layer, so where the sample is not typical it shows. */
  static final Encoding YARDSTICK = Encoding.LZ4_FAST;

  /** Below this speeds say more about the clock than about the codec, so the trial is repeated. */
  private static final long LEAST_MEASURED_BYTES = 256 << 10;

  private final List<byte[]> blocks;
  private final double yardstickRatio;
  private final Map<Encoding, CodecSample> samples = new HashMap<>();

  /** @param yardstickRatio encoded over plain bytes of the whole layer in {@link #YARDSTICK} */
  CodecTrial(List<byte[]> blocks, double yardstickRatio) {
    this.blocks = blocks;
    this.yardstickRatio = yardstickRatio;
  }

  /** Samples of the ladder but for identity, of which there is nothing to measure; none of an empty layer. */
  List<CodecSample> samples(List<Encoding> ladder) throws IOException {
    var ofLadder = new ArrayList<CodecSample>();
    if (!blocks.isEmpty()) {
      for (var encoding : ladder) {
        if (encoding.family() != CodecFamily.IDENTITY) {
          ofLadder.add(sample(encoding));
        }
      }
    }
    return ofLadder;
  }

  private CodecSample sample(Encoding encoding) throws IOException {
    var known = samples.get(encoding);
    if (known == null) {
      known = measure(encoding, spread(blocks, blocksFor(encoding)));
      samples.put(encoding, known);
    }
    return known;
  }

  private CodecSample measure(Encoding encoding, List<byte[]> subset) throws IOException {
    encode(encoding, List.of(firstBytes(subset.getFirst()))); // warms up, unmeasured
    var plainBytes = bytes(subset);
    var rounds = Math.max(1, LEAST_MEASURED_BYTES / plainBytes);
    var start = cpuNanos();
    var encoded = encode(encoding, subset);
    for (var i = 1; i < rounds; i++) {
      encoded = encode(encoding, subset);
    }
    var encodedAt = cpuNanos();
    for (var i = 0; i < rounds; i++) {
      decode(encoding, encoded, plainBytes);
    }
    var decodedAt = cpuNanos();
    return new CodecSample(encoding, ratio(encoding, encoded.length, subset),
        speed(plainBytes * rounds, encodedAt - start), speed(plainBytes * rounds, decodedAt - encodedAt));
  }

  /** Estimates the whole layer's ratio from that of the reference, both measured on the same blocks. */
  private double ratio(Encoding encoding, int encodedBytes, List<byte[]> subset) throws IOException {
    if (encoding.equals(YARDSTICK)) {
      return yardstickRatio;
    }
    var reference = reference(encoding);
    var referenceRatio = reference.equals(YARDSTICK) ? yardstickRatio : sample(reference).ratio();
    return referenceRatio * encodedBytes / encode(reference, subset).length;
  }

  /** The yardstick; for levels that few blocks are spent on, the family's quick level, which is measured on many. */
  private static Encoding reference(Encoding encoding) {
    return switch (encoding.family()) {
      case GZIP -> encoding.level() > 6 ? Encoding.gzip(6) : YARDSTICK;
      case ZSTD -> encoding.level() > 3 ? Encoding.zstd(3) : YARDSTICK;
      case LZ4, IDENTITY -> YARDSTICK;
    };
  }

  /** As many as about a tenth of a second pays for, the highest levels a few times that. */
  private static int blocksFor(Encoding encoding) {
    var level = encoding.level();
    return switch (encoding.family()) {
      case IDENTITY -> 0;
      case LZ4 -> level == 0 ? 64 : 8;
      case GZIP -> level <= 3 ? 32 : level <= 6 ? 16 : 8;
      case ZSTD -> level <= 4 ? 64 : level <= 9 ? 24 : level <= 12 ? 8 : 4;
    };
  }

  private static List<byte[]> spread(List<byte[]> blocks, int most) {
    if (blocks.size() <= most) {
      return blocks;
    }
    var spread = new ArrayList<byte[]>();
    for (var i = 0; i < most; i++) {
      spread.add(blocks.get(i * blocks.size() / most));
    }
    return spread;
  }

  private static byte[] firstBytes(byte[] block) {
    return Arrays.copyOf(block, Math.min(block.length, 16 << 10));
  }

  private static byte[] encode(Encoding encoding, List<byte[]> blocks) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(encoding.family()).encoder(out, encoding.level())) {
      for (var block : blocks) {
        encoder.write(block);
      }
    }
    return out.toByteArray();
  }

  private static void decode(Encoding encoding, byte[] encoded, long plainBytes) throws IOException {
    var buffer = new byte[BlockSample.BLOCK_BYTES];
    try (var decoder = Codecs.of(encoding.family())
        .decoder(new ByteArrayInputStream(encoded),
            DecodeBounds.plainSize(plainBytes))) {
      while (decoder.read(buffer) >= 0) {
        // only the time counts
      }
    }
  }

  private static long bytes(List<byte[]> blocks) {
    return blocks.stream().mapToLong(block -> block.length).sum();
  }

  /** Of this thread, so that what else the machine does is not taken for the codec's slowness. */
  private static long cpuNanos() {
    var threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
  }

  /** In megabytes (10⁶) a second. */
  private static double speed(long bytes, long nanos) {
    return bytes * 1e3 / Math.max(nanos, 1);
  }
}
