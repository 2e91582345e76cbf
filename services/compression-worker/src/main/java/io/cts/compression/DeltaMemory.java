package io.cts.compression;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many threads may make a delta: their tables lie outside the heap. */
final class DeltaMemory {
  /** What a thread takes for a segment and its prefix (shared-model/delta, README). */
  static final long QUICK_BYTES = 110L << 20;
  static final long DENSE_BYTES = 200L << 20;
  /** Code, stacks, buffers of the network, and what encodings take that are made beside it. */
  private static final long LEFT_FREE = 512L << 20;

  private DeltaMemory() {}

  /** As many as there are processors, or fewer where memory (a container's, in one) is short of that; 0 where of any. */
  static int threads(long bytesEach) {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return threads(bytesEach, system.getTotalMemorySize(), Runtime.getRuntime().maxMemory(),
        Runtime.getRuntime().availableProcessors());
  }

  static int threads(long bytesEach, long memoryBytes, long heapBytes, int processors) {
    var free = memoryBytes - heapBytes - LEFT_FREE;
    return (int) Math.clamp(free / bytesEach, 0, processors);
  }
}
