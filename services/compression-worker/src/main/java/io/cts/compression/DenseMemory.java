package io.cts.compression;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many threads may make a dense delta, whose tables lie outside the heap. */
final class DenseMemory {
  /** What zstd-19 takes for a segment of 8 MiB and its prefix (shared-model/delta, README). */
  private static final long BYTES_A_THREAD = 450L << 20;
  /** Code, stacks, buffers of the network, and pages of files that are worth keeping. */
  private static final long LEFT_FREE = 512L << 20;

  private DenseMemory() {}

  /** As many as there are processors, or fewer where memory (a container's, in one) is short of that; 0 where of any. */
  static int threads() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return threads(system.getTotalMemorySize(), Runtime.getRuntime().maxMemory(),
        Runtime.getRuntime().availableProcessors());
  }

  static int threads(long memoryBytes, long heapBytes, int processors) {
    var free = memoryBytes - heapBytes - LEFT_FREE;
    return (int) Math.clamp(free / BYTES_A_THREAD, 0, processors);
  }
}
