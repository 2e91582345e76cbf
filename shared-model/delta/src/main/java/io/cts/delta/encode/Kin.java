package io.cts.delta.encode;

/** What content is encoded against: bytes of a base, as they are or unpacked. */
sealed interface Kin permits Region, Kin.Unpacked {
  /** Of the prefix that it takes. */
  long prefixBytes();

  /** A region of a base that is one deflate stream, and the bytes it unpacks to. */
  record Unpacked(Region packed, int bytes) implements Kin {
    @Override
    public long prefixBytes() {
      return bytes;
    }
  }
}
