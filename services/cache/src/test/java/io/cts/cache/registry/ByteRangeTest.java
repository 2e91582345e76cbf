package io.cts.cache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({"bytes=500-1499,500,1499", "bytes=500-,500,2999", "bytes=-500,2500,2999", "bytes=2000-5000,2000,2999",
      "bytes=0-0,0,0", "bytes=0-99,0,99", "bytes=-5000,0,2999"})
  void a_single_range_is_clamped_to_the_content(String header, long first, long last) {
    assertThat(ByteRange.of(header, 3000)).contains(new ByteRange(first, last));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-", "bytes=0-1,5-9", "lines=1-2", "bytes=-", "bytes=a-b", ""})
  void what_is_no_single_range_is_answered_whole(String header) {
    assertThat(ByteRange.of(header, 3000)).isEmpty();
  }

  @Test
  void no_header_is_answered_whole() {
    assertThat(ByteRange.of(null, 3000)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=500-0", "bytes=3000-", "bytes=9999-10000", "bytes=-0"})
  void a_range_outside_the_content_is_refused(String header) {
    assertThatThrownBy(() -> ByteRange.of(header, 3000)).isInstanceOfSatisfying(RegistryException.class,
        e -> assertThat(e.error()).isEqualTo(OciError.RANGE_INVALID));
  }
}
