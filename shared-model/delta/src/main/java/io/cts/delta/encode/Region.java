package io.cts.delta.encode;

/** Bytes of a base. */
record Region(int base, long from, long bytes) implements Kin {
  Region {
    if (from < 0 || bytes < 0) {
      throw new IllegalArgumentException("no region: " + bytes + " bytes at " + from);
    }
  }

  @Override
  public long prefixBytes() {
    return bytes;
  }

  long end() {
    return from + bytes;
  }

  boolean isFollowedBy(Region other) {
    return base == other.base && end() == other.from;
  }
}
