package io.cts.cost.eviction;

import io.cts.contract.Digest;

/**
 * Something that takes space and could be had again.
 *
 * @param bytes on disk
 * @param standing as of its last use ({@link EvictionPolicy#standing})
 * @param pinned whether it must stay, whatever it is worth (a lease, a transfer under way)
 */
public record Stored(Digest digest, long bytes, double standing, boolean pinned) {
  public Stored {
    if (bytes < 0) {
      throw new IllegalArgumentException(digest + " cannot take " + bytes + " bytes");
    }
  }
}
