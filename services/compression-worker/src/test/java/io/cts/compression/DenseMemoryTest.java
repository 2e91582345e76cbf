package io.cts.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DenseMemoryTest {
  private static final long GB = 1L << 30;

  @Test
  void a_dense_delta_gets_as_many_threads_as_fit_beside_the_heap() {
    assertThat(DenseMemory.threads(16 * GB, GB, 4)).isEqualTo(4);
    assertThat(DenseMemory.threads(2 * GB, GB / 2, 4)).isEqualTo(2);
    assertThat(DenseMemory.threads(GB, GB / 2, 4)).isZero();
    assertThat(DenseMemory.threads(GB / 2, GB, 4)).isZero();
  }
}
