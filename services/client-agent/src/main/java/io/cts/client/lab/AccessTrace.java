package io.cts.client.lab;

import java.util.HashMap;
import java.util.List;

/**
 * Requests in the order of time.
 *
 * @param origin where they come from, for people
 * @param recorded whether somebody really made them
 */
record AccessTrace(String origin, boolean recorded, List<Access> accesses) {
  AccessTrace {
    accesses = List.copyOf(accesses);
  }

  /** Bytes that a store must hold never to evict. */
  long distinctBytes() {
    var sizes = new HashMap<String, Long>();
    accesses.forEach(access -> sizes.merge(access.key(), access.bytes(), Math::max));
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  long requestedBytes() {
    return accesses.stream().mapToLong(Access::bytes).sum();
  }
}
