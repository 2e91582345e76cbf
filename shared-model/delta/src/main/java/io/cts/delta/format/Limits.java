package io.cts.delta.format;

/** What no delta of this version goes beyond: with these, applying one stays within 256 MB, the program included. */
public final class Limits {
  /** Of the prefix of a segment. */
  public static final int PREFIX_BYTES = 16 << 20;
  /** Of content and differences of a segment together. */
  public static final int CONTENT_BYTES = 8 << 20;
  /** Of what is kept at a time because it comes again. */
  public static final int KEPT_BYTES = 16 << 20;
  /** A prefix and the content behind it fit into this window of zstd: 32 MiB. */
  public static final int WINDOW_LOG = 25;
  /** Of a segment's instructions, decoded. */
  public static final int INSTRUCTION_BYTES = 8 << 20;

  private Limits() {}
}
