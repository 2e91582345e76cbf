package io.cts.cache.deltas;

import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a delta is the only one of.
 *
 * @param bases diffIDs of what it builds upon, the likeliest first
 */
record DeltaKey(Digest diffId, List<Digest> bases, Effort effort, int formatVersion) {
  DeltaKey {
    bases = List.copyOf(bases);
  }

  DeltaKey with(Effort other) {
    return new DeltaKey(diffId, bases, other, formatVersion);
  }

  String basesText() {
    return bases.stream().map(Digest::toString).collect(Collectors.joining(" "));
  }

  static List<Digest> parseBases(String text) {
    return Stream.of(text.split(" ", -1)).map(Digest::parse).toList();
  }
}
