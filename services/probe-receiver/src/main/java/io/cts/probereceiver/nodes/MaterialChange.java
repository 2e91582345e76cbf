package io.cts.probereceiver.nodes;

import io.cts.contract.CodecFamily;
import io.cts.contract.NodeProfile;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a profile is worth telling: a fact is new or gone, a value moved by more than a tenth, or half a day passed. */
final class MaterialChange {
  static final double TENTH = 0.10;
  static final Duration AT_LEAST_EVERY = Duration.ofHours(12);

  private MaterialChange() {}

  /** Whether those who heard {@code told} at {@code toldAt} should hear {@code profile} at {@code now}. */
  static boolean isOne(@Nullable NodeProfile told, @Nullable Instant toldAt, NodeProfile profile, Instant now) {
    if (told == null || toldAt == null) {
      return Facts.any(profile);
    }
    return !toldAt.plus(AT_LEAST_EVERY).isAfter(now) || !told.engine().equals(profile.engine())
        || told.bandwidthIsLowerBound() != profile.bandwidthIsLowerBound()
        || moved(told.bandwidthMbps(), profile.bandwidthMbps()) || moved(told.rttMillis(), profile.rttMillis())
        || moved(told.cores(), profile.cores()) || moved(told.memoryBytes(), profile.memoryBytes())
        || moved(told.diskWriteMBps(), profile.diskWriteMBps()) || decodingMoved(told, profile);
  }

  private static boolean decodingMoved(NodeProfile told, NodeProfile profile) {
    for (var family : CodecFamily.values()) {
      var before = told.decodeMBps(family);
      var after = profile.decodeMBps(family);
      if (moved(before.isPresent() ? (Double) before.getAsDouble() : null,
          after.isPresent() ? (Double) after.getAsDouble() : null)) {
        return true;
      }
    }
    return false;
  }

  private static boolean moved(@Nullable Number before, @Nullable Number after) {
    if (before == null || after == null) {
      return (before == null) != (after == null);
    }
    return Math.abs(after.doubleValue() - before.doubleValue()) > TENTH * Math.abs(before.doubleValue());
  }
}
