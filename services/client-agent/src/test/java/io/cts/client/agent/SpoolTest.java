package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir
  Path folder;

  @Test
  void stretches_that_come_in_any_order_are_read_in_theirs_by_all() throws Exception {
    var seed = Long.getLong("cts.seed", System.nanoTime());
    var random = new Random(seed);
    var content = new byte[300_000];
    random.nextBytes(content);
    var starts = new ArrayList<Integer>();
    for (var start = 0; start < content.length; start += 1_000) {
      starts.add(start);
    }
    Collections.shuffle(starts, random);
    try (var spool = new Spool(folder, () -> false)) {
      spool.totalIs(content.length);
      var one = CompletableFuture.supplyAsync(() -> all(spool));
      var other = CompletableFuture.supplyAsync(() -> all(spool));
      for (var start : starts) {
        spool.write(start, Arrays.copyOfRange(content, start, start + 1_000), 1_000);
      }

      assertThat(one.get()).as("-Dcts.seed=%d", seed).isEqualTo(content);
      assertThat(other.get()).isEqualTo(content);
      assertThat(spool.isWhole()).isTrue();
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void what_lies_behind_a_hole_is_not_given_out() throws IOException {
    try (var spool = new Spool(folder, () -> false)) {
      spool.totalIs(30);
      spool.write(0, new byte[10], 10);
      spool.write(20, new byte[10], 10);

      assertThat(spool.contiguous()).isEqualTo(10);
      assertThat(spool.isWhole()).isFalse();
      spool.fails(new IOException("the link is down"));
      var in = spool.follow();
      assertThat(in.readNBytes(10)).hasSize(10);
      assertThatThrownBy(in::read).hasMessage("the bytes from 10 on did not come: the link is down");
    }
  }

  @Test
  void a_stream_of_unknown_length_ends_where_its_writer_says() throws IOException {
    try (var spool = new Spool(folder, () -> false)) {
      spool.write(0, new byte[10], 10);
      spool.ends();

      assertThat(all(spool)).hasSize(10);
    }
  }

  @Test
  void what_a_killed_process_had_is_not_missing_any_more() throws IOException {
    var block = 100_000;
    var ones = new byte[block];
    Arrays.fill(ones, (byte) 1);
    var killed = new Spool(new SpoolJournal(folder, "layer", () -> {}), 10 * block, () -> false);
    for (var at : List.of(0, 5, 1, 6, 2, 7)) { // two connections, a part of a range at a time
      killed.write((long) at * block, ones, block);
    }
    killed.write(9L * block, ones, block); // too little to be written down
    Files.writeString(folder.resolve("layer.stretches"), "9000000 9", StandardOpenOption.APPEND); // killed within a line

    try (var spool = new Spool(new SpoolJournal(folder, "layer", () -> {}), 10 * block, () -> false)) {
      assertThat(spool.missing()).containsExactly(new Spool.Stretch(3 * block, 5 * block),
          new Spool.Stretch(8 * block, 10 * block));
      spool.write(3L * block, new byte[2 * block], 2 * block);
      assertThat(spool.follow().readNBytes(8 * block)).startsWith(1, 1).endsWith(1, 1);
      spool.write(8L * block, ones, block);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void the_journal_of_a_layer_that_comes_in_small_pieces_stays_short() throws IOException {
    try (var spool = new Spool(new SpoolJournal(folder, "layer", () -> {}), 20_000_000, () -> false)) {
      for (var at = 0; at < 20_000_000; at += 2_000) {
        spool.write(at, new byte[2_000], 2_000);
      }
      assertThat(Files.size(folder.resolve("layer.stretches"))).isLessThan(2_000);
    }
  }

  @Test
  void a_journal_that_tells_of_bytes_which_a_crash_took_is_believed_as_far_as_they_are() throws IOException {
    Files.writeString(folder.resolve("layer.stretches"), "0 10\n40 90\n");
    Files.write(folder.resolve("layer.part"), new byte[60]);
    try (var spool = new Spool(new SpoolJournal(folder, "layer", () -> {}), 100, () -> false)) {
      assertThat(spool.missing()).containsExactly(new Spool.Stretch(10, 40), new Spool.Stretch(60, 100));
    }
  }

  private static byte[] all(Spool spool) {
    try (var in = spool.follow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
