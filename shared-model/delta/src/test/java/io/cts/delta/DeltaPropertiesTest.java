package io.cts.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.delta.encode.Effort;
import io.cts.delta.tar.TarWriter;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the layers are: what comes out is what went in. */
class DeltaPropertiesTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());

  @BeforeAll
  static void print_the_seed() {
    System.out.println("layers are made from -Dcts.seed=" + SEED);
  }

  @ParameterizedTest
  @EnumSource
  void an_update_comes_back_bit_for_bit(Effort effort) throws Exception {
    for (var i = 0; i < 40; i++) {
      var tars = new RandomTars(SEED + i);
      var old = tars.tar();
      var young = tars.updated().tar();
      var delta = Deltas.encode(young, effort, old);
      assertThat(Deltas.apply(delta, young, old)).as("-Dcts.seed=%d, pair %d", SEED, i).isEqualTo(young);
    }
  }

  @ParameterizedTest
  @EnumSource
  void zip_files_and_programs_come_back_bit_for_bit(Effort effort) throws Exception {
    for (var i = 0; i < 10; i++) {
      var zips = new RandomZips(SEED + i);
      var random = new Random(SEED + i);
      var program = program(random);
      var old = new TarWriter().file("app/app-1.0.jar", zips.zip()).file("usr/bin/app", program).end();
      var young = new TarWriter().file("app/app-1.1.jar", zips.updated().zip())
          .file("usr/bin/app", rebuilt(program, random))
          .end();
      var delta = Deltas.encode(young, effort, old);
      assertThat(Deltas.apply(delta, young, old)).as("-Dcts.seed=%d, pair %d", SEED, i).isEqualTo(young);
    }
  }

  @ParameterizedTest
  @EnumSource
  void small_files_come_back_that_are_more_than_a_segment_holds(Effort effort) throws Exception {
    var random = new Random(SEED);
    var young = new TarWriter();
    for (var i = 0; i < 3000; i++) {
      var content = new byte[random.nextInt(8000)];
      random.nextBytes(content);
      young.file("srv/new/" + i, content);
    }
    var layer = young.end();
    var old = new TarWriter().file("etc/other", "unlike all of them").end();
    var delta = Deltas.encode(layer, effort, old);
    assertThat(Deltas.apply(delta, layer, old)).as("-Dcts.seed=%d", SEED).isEqualTo(layer);
  }

  @ParameterizedTest
  @EnumSource
  void altered_headers_come_back_that_are_more_than_a_segment_holds(Effort effort) throws Exception {
    var old = new TarWriter();
    var young = new TarWriter();
    for (var i = 0; i < 20_000; i++) {
      var header = TarWriter.header("usr/share/doc/" + i, '5', 0);
      old.raw(header);
      TarWriter.put(header, 136, "14712345670");
      young.raw(TarWriter.checksummed(header));
    }
    var layer = young.end();
    var base = old.end();
    var delta = Deltas.encode(layer, effort, base);
    assertThat(Deltas.apply(delta, layer, base)).isEqualTo(layer);
  }

  private static byte[] program(Random random) {
    var program = new byte[5000 + random.nextInt(50_000)];
    for (var i = 0; i < program.length; i++) {
      program[i] = i % 3 == 0 ? 0 : (byte) random.nextInt(64);
    }
    return program;
  }

  /** A stretch put in, and each address after it another. */
  private static byte[] rebuilt(byte[] program, Random random) {
    var at = random.nextInt(program.length);
    var more = random.nextInt(3000);
    var rebuilt = new byte[program.length + more];
    System.arraycopy(program, 0, rebuilt, 0, at);
    System.arraycopy(program, at, rebuilt, at + more, program.length - at);
    for (var i = at; i < rebuilt.length; i += 20 + random.nextInt(10)) {
      rebuilt[i] += 16;
    }
    return rebuilt;
  }

  @Test
  void it_may_build_upon_several_bases_or_none() throws Exception {
    for (var i = 0; i < 10; i++) {
      var tars = new RandomTars(SEED + i);
      var first = tars.tar();
      var second = tars.updated().tar();
      var young = tars.updated().tar();
      assertThat(Deltas.apply(Deltas.encode(young, Effort.QUICK, first, second), young, first, second))
          .as("-Dcts.seed=%d, pair %d", SEED, i)
          .isEqualTo(young);
      assertThat(Deltas.apply(Deltas.encode(young, Effort.QUICK), young)).isEqualTo(young);
    }
  }

  @Test
  void the_same_layers_make_the_same_delta() throws Exception {
    var tars = new RandomTars(SEED);
    var old = tars.tar();
    var young = tars.updated().tar();
    assertThat(Deltas.encode(young, Effort.QUICK, old)).isEqualTo(Deltas.encode(young, Effort.QUICK, old));
  }

  @ParameterizedTest
  @EnumSource
  void what_is_no_tar_comes_back_too(Effort effort) throws Exception {
    var random = new Random(SEED);
    var old = new byte[3 << 20];
    random.nextBytes(old);
    var young = old.clone();
    System.arraycopy(old, 1 << 20, young, (1 << 20) + 777, (1 << 20) - 777);
    random.nextBytes(young);
    System.arraycopy(old, 0, young, 100_000, 2 << 20);
    var delta = Deltas.encode(young, effort, old);
    assertThat(Deltas.apply(delta, young, old)).as("-Dcts.seed=%d", SEED).isEqualTo(young);
    assertThat(delta.length).isLessThan(young.length - (2 << 20) + 300_000);
  }

  @Test
  void layers_of_hardly_any_bytes_come_back() throws Exception {
    for (var bytes = 0; bytes < 3; bytes++) {
      var young = new byte[bytes];
      for (var old : new byte[][]{{}, {0}, {1, 2, 3}}) {
        assertThat(Deltas.apply(Deltas.encode(young, Effort.QUICK, old), young, old)).isEqualTo(young);
      }
    }
  }
}
