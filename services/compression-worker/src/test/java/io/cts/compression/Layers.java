package io.cts.compression;

import io.cts.blobs.BlobWriter;
import io.cts.codec.Codecs;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EncodingRequested;
import io.cts.contract.EngineClass;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.Plan;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullPlanned.WantedEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Layers for tests, and what is said of them. */
final class Layers {

  /** A stored gzip layer, and what is in it. */
  record Stored(Digest blob, byte[] plain) {
    Digest diffId() {
      return Digest.sha256(plain);
    }

    WantedEncoding in(Encoding encoding) {
      return new WantedEncoding(blob, CodecFamily.GZIP, diffId(), plain.length, encoding);
    }

    EncodingRequested job(Encoding encoding) {
      return new EncodingRequested(EventId.random(), Instant.now(), PullId.random(), blob, CodecFamily.GZIP, diffId(),
          plain.length, encoding, Codecs.version(encoding), 1);
    }
  }

  private Layers() {}

  static Stored store(BlobWriter blobs, long seed, int bytes) throws IOException {
    var plain = text(seed, bytes);
    return new Stored(put(blobs, gzip(plain)), plain);
  }

  static Digest put(BlobWriter blobs, byte[] content) throws IOException {
    try (var upload = blobs.begin()) {
      upload.write(content, 0, content.length);
      upload.commit(Digest.sha256(content));
    }
    return Digest.sha256(content);
  }

  static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(CodecFamily.GZIP).encoder(out, 6)) {
      encoder.write(plain);
    }
    return out.toByteArray();
  }

  static byte[] text(long seed, int bytes) {
    var random = new Random(seed);
    var text = new byte[bytes];
    for (var i = 0; i < bytes; i++) {
      text[i] = (byte) ('a' + Math.abs(random.nextGaussian()) * 4);
    }
    return text;
  }

  static PullPlanned plan(WantedEncoding... wanted) {
    var plan = new Plan(Form.PLAIN, List.of(), 1, 1, 1, 1, "analytic-0", "for a test");
    return new PullPlanned(EventId.random(), Instant.now(), PullId.random(), Digest.sha256(new byte[0]), null,
        EngineClass.AGENT, plan, List.of(wanted));
  }
}
