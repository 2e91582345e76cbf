package io.cts.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cts.delta.apply.DeltaApplier;
import io.cts.delta.encode.Effort;
import io.cts.delta.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing that arrives damaged becomes a whole layer. */
class BrokenDeltaTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());
  private byte[] old = {};
  private byte[] young = {};
  private byte[] delta = {};

  @BeforeEach
  void make_a_delta() throws Exception {
    System.out.println("layers are made from -Dcts.seed=" + SEED);
    var tars = new RandomTars(SEED);
    var unchanged = new byte[100_000];
    new Random(SEED).nextBytes(unchanged);
    old = new TarWriter().file("unchanged", unchanged).raw(tars.tar()).unfinished();
    young = new TarWriter().file("unchanged", unchanged).raw(tars.updated().tar()).unfinished();
    delta = Deltas.encode(young, Effort.QUICK, old);
  }

  @Test
  void a_delta_that_ends_early_is_malformed_there() throws Exception {
    var random = new Random(SEED);
    for (var i = 0; i < 50; i++) {
      var cut = random.nextInt(delta.length);
      var out = new ByteArrayOutputStream();
      assertThatExceptionOfType(MalformedDelta.class)
          .isThrownBy(() -> Deltas.applyTo(out, Arrays.copyOf(delta, cut), young, old))
          .satisfies(e -> assertThat(e.offset()).isBetween(0L, (long) cut))
          .withMessageContaining("fetch the layer itself");
      assertThat(out.size()).isLessThan(young.length);
    }
  }

  @Test
  void a_flipped_bit_anywhere_is_malformed() throws Exception {
    var random = new Random(SEED);
    for (var i = 0; i < 200; i++) {
      var broken = delta.clone();
      var at = random.nextInt(delta.length);
      broken[at] ^= (byte) (1 << random.nextInt(8));
      var out = new ByteArrayOutputStream();
      assertThatExceptionOfType(MalformedDelta.class).as("bit flipped in byte %d, -Dcts.seed=%d", at, SEED)
          .isThrownBy(() -> Deltas.applyTo(out, broken, young, old))
          .satisfies(e -> assertThat(e.offset()).isBetween(0L, (long) delta.length));
      assertThat(out.size()).isLessThan(young.length);
    }
  }

  @Test
  void what_follows_the_end_is_malformed() {
    assertThatExceptionOfType(MalformedDelta.class)
        .isThrownBy(() -> Deltas.apply(Arrays.copyOf(delta, delta.length + 1), young, old))
        .withMessageContaining("bytes follow the end");
  }

  @Test
  void another_delta_than_the_one_asked_for_is_malformed() {
    assertThatExceptionOfType(MalformedDelta.class).isThrownBy(() -> Deltas.apply(delta, old, old))
        .withMessageContaining(new MemoryLayer(young).diffId().toString());
  }

  @Test
  void a_base_that_is_gone_is_told_before_anything_is_written() {
    var out = new ByteArrayOutputStream();
    assertThatExceptionOfType(BaseMissing.class).isThrownBy(() -> Deltas.applyTo(out, delta, young))
        .satisfies(e -> assertThat(e.diffId()).isEqualTo(new MemoryLayer(old).diffId()));
    assertThat(out.size()).isZero();
  }

  @Test
  void a_base_that_is_not_what_it_was_never_makes_a_whole_layer() throws Exception {
    var random = new Random(SEED);
    for (var i = 0; i < 20; i++) {
      var damaged = old.clone();
      for (var at = random.nextInt(50); at < damaged.length; at += 50) {
        damaged[at] ^= 1;
      }
      var out = new ByteArrayOutputStream();
      var trusting = new DeltaApplier(_ -> new MemoryLayer(damaged));
      var failure = catchThrowable(
          () -> trusting.apply(new ByteArrayInputStream(delta), new MemoryLayer(young).diffId(), out));
      assertThat(failure).isInstanceOfAny(DeltaMismatch.class, MalformedDelta.class);
      assertThat(out.size()).isLessThan(young.length);
    }
  }

  @Test
  void a_base_that_fails_while_it_is_read_is_not_mistaken_for_a_broken_delta() {
    Bases failing = _ -> new LayerBytes() {
      @Override
      public long size() {
        return old.length;
      }

      @Override
      public void read(long offset, ByteBuffer into) throws IOException {
        throw new IOException("the disk is gone");
      }

      @Override
      public void close() {}
    };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new DeltaApplier(failing)
            .apply(new ByteArrayInputStream(delta), new MemoryLayer(young).diffId(), new ByteArrayOutputStream()))
        .withMessage("the disk is gone")
        .isNotInstanceOf(MalformedDelta.class);
  }
}
