package io.cts.delta.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentPlanTest {
  private final SegmentPlan plan = new SegmentPlan(1 << 20, 1 << 20);

  @Test
  void a_region_that_prolongs_the_last_is_found_where_a_shorter_one_began_before() {
    plan.takes(altered(70, 75));
    plan.takes(altered(60, 70));
    plan.takes(altered(70, 80));
    assertThat(plan.offset(new Region(0, 70, 10))).hasValue(15);
  }

  @Test
  void what_a_taken_piece_is_made_from_lies_in_the_prefix() {
    var seed = Long.getLong("cts.seed", System.nanoTime());
    var random = new Random(seed);
    for (var round = 0; round < 500; round++) {
      var plan = new SegmentPlan(1 << 20, 1 << 20);
      var taken = new ArrayList<Piece.Altered>();
      for (var i = 0; i < 40; i++) {
        var from = random.nextInt(100);
        var piece = altered(from, from + 1 + random.nextInt(40));
        assertThat(plan.takes(piece)).isTrue();
        taken.add(piece);
      }
      for (var piece : taken) {
        assertThat(plan.offset(piece.from())).as("-Dcts.seed=%d, round %d, %s", seed, round, piece).isPresent();
      }
    }
  }

  @Test
  void what_costs_nothing_but_its_instruction_fills_a_segment_as_well() {
    for (var i = 0; i < SegmentPlan.MOST_PIECES; i++) {
      assertThat(plan.takes(same(2L * i))).isTrue();
    }
    assertThat(plan.takes(same(1))).isFalse();
  }

  private static Piece.Same same(long from) {
    return new Piece.Same(0, new Region(0, from, 1));
  }

  private static Piece.Altered altered(long from, long to) {
    return new Piece.Altered(0, new Region(0, from, to - from));
  }
}
