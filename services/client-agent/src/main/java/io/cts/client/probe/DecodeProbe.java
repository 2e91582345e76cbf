package io.cts.client.probe;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.NodeProfile.DecodeRate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures how many megabytes of decoded bytes a second one core makes, by codec. */
public final class DecodeProbe {
  private static final List<Encoding> TYPICAL = List.of(Encoding.gzip(6), Encoding.zstd(3), Encoding.LZ4_FAST);
  private static final int SAMPLE = 8 << 20;
  private static final int BLOCK = 64 << 10;

  private final Duration each;

  /** @param each processor time to spend on each codec, besides warming up */
  public DecodeProbe(Duration each) {
    this.each = each;
  }

  /** Takes processor time, not the clock's: another program's load does not count against this machine. */
  public List<DecodeRate> measure() throws IOException {
    var sample = SampleBytes.ofThisJdk(SAMPLE);
    var rates = new ArrayList<DecodeRate>();
    for (var encoding : TYPICAL) {
      rates.add(new DecodeRate(encoding.family(), rate(encoding, sample)));
    }
    return rates;
  }

  private double rate(Encoding encoding, byte[] sample) throws IOException {
    var encoded = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(encoding.family()).encoder(encoded, encoding.level())) {
      encoder.write(sample);
    }
    var bytes = encoded.toByteArray();
    var thread = ManagementFactory.getThreadMXBean();
    decode(encoding.family(), bytes);
    decode(encoding.family(), bytes); // what runs for the first time is compiled meanwhile
    var decoded = 0L;
    var started = thread.getCurrentThreadCpuTime();
    var spent = 0L;
    while (spent < each.toNanos() || decoded == 0) {
      decoded += decode(encoding.family(), bytes);
      spent = thread.getCurrentThreadCpuTime() - started;
    }
    return decoded / 1e6 / (spent / 1e9);
  }

  private static long decode(CodecFamily family, byte[] bytes) throws IOException {
    var block = new byte[BLOCK];
    var count = 0L;
    try (var decoder = Codecs.of(family).decoder(new ByteArrayInputStream(bytes), DecodeBounds.plainSize(SAMPLE))) {
      for (var read = decoder.read(block); read >= 0; read = decoder.read(block)) {
        count += read;
      }
    }
    return count;
  }
}
