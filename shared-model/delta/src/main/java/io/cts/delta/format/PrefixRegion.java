package io.cts.delta.format;

/** Bytes of a base that are a part of a segment's prefix: what its content is encoded against. */
public sealed interface PrefixRegion {
  int base();

  long offset();

  /** Of the base. */
  int length();

  /** Of the prefix. */
  int prefixLength();

  /** As they are. */
  record Stored(int base, long offset, int length) implements PrefixRegion {
    @Override
    public int prefixLength() {
      return length;
    }
  }

  /** One deflate stream (RFC 1951), unpacked. */
  record Unpacked(int base, long offset, int length, int prefixLength) implements PrefixRegion {}
}
