package io.cts.compression;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EncodingRequested;
import io.cts.contract.EventId;
import java.util.Comparator;

/**
 * What a variant is the only one of.
 *
 * @param codecVersion of the library that encodes; another version makes other bytes
 */
record VariantKey(Digest diffId, Encoding encoding, String codecVersion) implements Comparable<VariantKey> {
  private static final Comparator<VariantKey> ORDER = Comparator.comparing(VariantKey::diffId)
      .thenComparing(VariantKey::encoding)
      .thenComparing(VariantKey::codecVersion);

  static VariantKey of(EncodingRequested job) {
    return new VariantKey(job.diffId(), job.encoding(), job.codecVersion());
  }

  /** The id of the event that tells {@code fact} of this variant's {@code occasion}th time. */
  EventId event(String fact, String occasion) {
    return EventId.derived(fact + "/" + diffId + "/" + encoding + "/" + codecVersion + "/" + occasion);
  }

  @Override
  public int compareTo(VariantKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return encoding + " of " + diffId;
  }
}
