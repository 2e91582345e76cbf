package io.cts.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeltaMemoryTest {
  private static final long GB = 1L << 30;

  @Test
  void a_delta_gets_as_many_threads_as_fit_beside_the_heap() {
    assertThat(threads(16 * GB, GB)).isEqualTo(4);
    assertThat(threads(2 * GB, GB)).isEqualTo(2);
    assertThat(threads(3 * GB / 2, 3 * GB / 4)).isEqualTo(1);
    assertThat(threads(GB, GB / 2)).isZero();
    assertThat(threads(GB / 2, GB)).isZero();
  }

  @Test
  void a_gigabyte_of_which_the_heap_is_three_tenths_has_room_for_a_dense_delta() {
    assertThat(threads(GB, GB * 3 / 10)).isEqualTo(1);
  }

  private static int threads(long memoryBytes, long heapBytes) {
    return DeltaMemory.threads(DeltaMemory.DENSE_BYTES, memoryBytes, heapBytes, 4);
  }
}
