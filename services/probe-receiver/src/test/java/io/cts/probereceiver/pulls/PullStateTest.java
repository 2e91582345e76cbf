package io.cts.probereceiver.pulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullStateTest {
  private static final PullState.Cause CAUSE = new PullState.Cause("cache", "DENIED", "the upstream said no");
  private static final List<PullState> ALL = List.of(new PullState.Requested(), new PullState.Profiled(),
      new PullState.Planned(), new PullState.Ready(false), new PullState.Served(), new PullState.Reported(),
      new PullState.Expired(), new PullState.Failed(CAUSE));

  @Test
  void the_legal_moves_are_these_and_no_others() {
    assertThat(ALL.stream().map(PullStateTest::moves).toList()).containsExactly(
        "requested → profiled planned ready served reported expired failed",
        "profiled → planned ready served reported expired failed",
        "planned → ready served reported expired failed",
        "ready → served reported expired failed",
        "served →",
        "reported →",
        "expired →",
        "failed →");
  }

  private static String moves(PullState from) {
    var moves = new ArrayList<>(List.of(from.text(), "→"));
    ALL.stream().filter(from::mayBecome).map(PullState::text).forEach(moves::add);
    return String.join(" ", moves);
  }

  @Test
  void a_move_that_is_not_legal_changes_nothing() {
    var planned = new PullState.Planned();

    assertThat(planned.moved(new PullState.Profiled())).isSameAs(planned);
    assertThat(planned.moved(new PullState.Ready(false))).isEqualTo(new PullState.Ready(false));
  }

  @Test
  void a_preview_ends_where_it_is_ready() {
    var ready = new PullState.Ready(true);

    assertThat(ready.isEnd()).isTrue();
    assertThat(ALL).noneMatch(ready::mayBecome);
    assertThat(new PullState.Ready(false).isEnd()).isFalse();
  }

  @Test
  void each_state_is_read_back_from_its_text() {
    assertThat(ALL).allSatisfy(state -> assertThat(PullState.parse(state.text(), false, CAUSE)).isEqualTo(state));
    assertThat(ALL.stream().map(PullState::text).toList()).isEqualTo(PullState.NAMES);
    assertThatThrownBy(() -> PullState.parse("lost", false, null)).hasMessageContaining("expected one of requested");
  }
}
