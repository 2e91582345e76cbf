package io.cts.delta.encode;

import io.cts.delta.format.Limits;

/** How much is done for a small delta. */
public enum Effort {
  /** For somebody who waits. */
  QUICK(6, 23, 23, 4 << 20, Limits.PREFIX_BYTES, false),
  /** For a delta that is made once and fetched often. */
  DENSE(19, 22, 25, 8 << 20, 8 << 20, true);

  private final int level;
  private final int hashLog;
  private final int chainLog;
  private final int segmentBytes;
  private final int prefixBytes;
  private final boolean opens;

  Effort(int level, int hashLog, int chainLog, int segmentBytes, int prefixBytes, boolean opens) {
    this.level = level;
    this.hashLog = hashLog;
    this.chainLog = chainLog;
    this.segmentBytes = segmentBytes;
    this.prefixBytes = prefixBytes;
    this.opens = opens;
  }

  /** Of zstd. */
  int level() {
    return level;
  }

  /** The most of zstd's table of places. */
  int hashLog() {
    return hashLog;
  }

  /** The most of zstd's chains, or twice its trees. */
  int chainLog() {
    return chainLog;
  }

  /** Whether gzip files are opened, which takes packing them again. */
  boolean opens() {
    return opens;
  }

  /** The most content of a segment. */
  int segmentBytes() {
    return segmentBytes;
  }

  /** The most prefix of a segment, if one piece does not need more: zstd's tables are as large, twice. */
  int prefixBytes() {
    return prefixBytes;
  }
}
