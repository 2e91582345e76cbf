package io.cts.cache.registry;

import static io.cts.contract.CodecFamily.GZIP;
import static io.cts.contract.CodecFamily.IDENTITY;
import static io.cts.contract.CodecFamily.LZ4;
import static io.cts.contract.CodecFamily.ZSTD;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceptEncodingTest {

  @Test
  void docker_takes_gzip() {
    assertThat(AcceptEncoding.parse("gzip")).containsExactlyInAnyOrder(IDENTITY, GZIP);
  }

  @Test
  void containerd_2_takes_zstd_and_gzip() {
    assertThat(AcceptEncoding.parse("zstd;q=1.0, gzip;q=0.8, deflate;q=0.5")).containsExactlyInAnyOrder(IDENTITY, ZSTD,
        GZIP);
  }

  @Test
  void an_agent_takes_lz4_too() {
    assertThat(AcceptEncoding.parse("zstd, lz4, gzip")).containsExactlyInAnyOrder(IDENTITY, ZSTD, LZ4, GZIP);
  }

  @Test
  void a_weight_of_zero_refuses() {
    assertThat(AcceptEncoding.parse("gzip;q=0, zstd;q=0.0")).containsExactly(IDENTITY);
  }

  @Test
  void silence_gets_identity() {
    assertThat(AcceptEncoding.parse(null)).containsExactly(IDENTITY);
  }
}
