package io.cts.delta.apply;

import io.cts.contract.Digest;
import io.cts.delta.DeltaMismatch;
import io.cts.delta.MalformedDelta;
import io.cts.delta.format.DeltaHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Passes the new layer on and hashes it; its last bytes only once all of it is right. */
final class LayerOutput {
  private static final int HELD_BACK = 512;

  private final OutputStream out;
  private final DeltaHeader header;
  private final KeptStretches kept;
  private final MessageDigest hash = Digest.Algorithm.SHA256.newHash();
  private final ByteArrayOutputStream heldBack = new ByteArrayOutputStream(HELD_BACK);
  private long position;

  LayerOutput(OutputStream out, DeltaHeader header) {
    this.out = out;
    this.header = header;
    this.kept = new KeptStretches(header);
  }

  KeptStretches kept() {
    return kept;
  }

  void write(byte[] from, int offset, int length, long deltaOffset) throws IOException {
    if (length > header.targetBytes() - position) {
      throw new MalformedDelta(deltaOffset, "it makes more than the " + header.targetBytes() + " bytes it states");
    }
    hash.update(from, offset, length);
    kept.came(position, from, offset, length);
    if (kept.isTooMuch()) {
      throw new MalformedDelta(deltaOffset, "more has to be kept than it states");
    }
    var freely = Math.clamp(header.targetBytes() - HELD_BACK - position, 0, length);
    out.write(from, offset, freely);
    heldBack.write(from, offset + freely, length - freely);
    position += length;
    kept.forgetBefore(position);
  }

  /** @throws DeltaMismatch if the layer is not the one that the delta names */
  void end(long deltaOffset) throws IOException {
    if (position < header.targetBytes()) {
      throw new MalformedDelta(deltaOffset,
          "it makes " + position + " of the " + header.targetBytes() + " bytes it states");
    }
    var actual = Digest.finished(hash.digest());
    if (!actual.equals(header.target())) {
      throw new DeltaMismatch(header.target(), actual);
    }
    heldBack.writeTo(out);
    out.flush();
  }
}
