package io.cts.cache.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class HashBesideTest {

  @Test
  void blocks_are_hashed_in_their_order_while_they_go_round() throws IOException {
    var bytes = new byte[3_000_001];
    new Random(1).nextBytes(bytes);
    var copied = new ByteArrayOutputStream();
    try (var threads = Executors.newFixedThreadPool(2)) {
      var hashing = new HashBeside(Digest.Algorithm.SHA256, threads);
      var in = new ByteArrayInputStream(bytes);
      var block = hashing.free();
      for (var count = in.readNBytes(block, 0, block.length); count > 0; count = in.readNBytes(block, 0,
          block.length)) {
        hashing.add(block, count);
        copied.write(block, 0, count);
        block = hashing.free();
      }

      assertThat(hashing.digest()).isEqualTo(Digest.sha256(bytes));
    }
    assertThat(copied.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void nothing_has_a_digest_too() throws IOException {
    try (var threads = Executors.newFixedThreadPool(1)) {
      assertThat(new HashBeside(Digest.Algorithm.SHA256, threads).digest()).isEqualTo(Digest.sha256(new byte[0]));
    }
  }
}
