package io.cts.client.probe;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.NodeDetails.EncodingRate;
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
  /** What most layers come in, and tells of a codec. */
  private static final List<Encoding> TYPICAL = List.of(Encoding.gzip(6), Encoding.zstd(3), Encoding.LZ4_FAST);
  private static final int SAMPLE = 4 << 20;
  private static final int BLOCK = 64 << 10;

  private final Duration each;

  /** @param each processor time to spend on each codec, besides warming up */
  public DecodeProbe(Duration each) {
    this.each = each;
  }

  /** By codec, at the level that is typical of it. */
  public List<DecodeRate> measure() throws IOException {
    return typical(measure(TYPICAL));
  }

  /** By encoding, all that layers may travel in. */
  public List<EncodingRate> measureAll() throws IOException {
    return measure(Encoding.LADDER.stream().filter(encoding -> encoding.family() != CodecFamily.IDENTITY).toList());
  }

  /** Those of {@code rates} that tell of a codec. */
  public static List<DecodeRate> typical(List<EncodingRate> rates) {
    return rates.stream()
        .filter(rate -> TYPICAL.contains(rate.encoding()))
        .map(rate -> new DecodeRate(rate.encoding().family(), rate.mbps()))
        .toList();
  }

  /** Takes processor time, not the clock's: another program's load does not count against this machine. */
  private List<EncodingRate> measure(List<Encoding> encodings) throws IOException {
    var sample = SampleBytes.ofThisJdk(SAMPLE);
    var rates = new ArrayList<EncodingRate>();
    for (var encoding : encodings) {
      rates.add(new EncodingRate(encoding, rate(encoding, sample)));
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
