package io.cts.imageprobe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ByteHistogramTest {

  @Test
  void entropy_is_that_of_the_values_frequencies() {
    assertThat(entropy()).isZero();
    assertThat(entropy(5, 5, 5, 5, 5)).isZero();
    assertThat(entropy(1, 2, 3, 4, 1, 2, 3, 4)).isCloseTo(2, within(1e-9));
    assertThat(entropy(0, 0, 0, 1)).isCloseTo(0.8112781, within(1e-6));
    assertThat(entropy(IntStream.range(0, 256).toArray())).isCloseTo(8, within(1e-9));
  }

  private static double entropy(int... values) {
    var bytes = new byte[values.length];
    for (var i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    var histogram = new ByteHistogram();
    histogram.add(bytes, 0, bytes.length / 2);
    histogram.add(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
    return histogram.bitsPerByte();
  }
}
