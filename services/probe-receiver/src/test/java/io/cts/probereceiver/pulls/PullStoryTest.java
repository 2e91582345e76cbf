package io.cts.probereceiver.pulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Event;
import io.cts.contract.Form;
import io.cts.contract.PullReady;
import io.cts.contract.PullRequested.Origin;
import io.cts.probereceiver.Told;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PullStoryTest {
  private final Told told = Told.pull("docker.io/library/nginx:1.27");

  private PullStory after(List<? extends Event> events) {
    var story = PullStory.begun(told.pull(), told.at());
    for (var event : events) {
      story = story.told(event);
    }
    return story;
  }

  @Test
  void a_story_in_order_passes_every_state() {
    var story = PullStory.begun(told.pull(), told.at());
    var passed = new ArrayList<String>();
    for (var event : List.of(told.requested(Origin.ENGINE), told.stored(), told.profiled(), told.planned(),
        told.ready(), told.reported())) {
      story = story.told(event);
      passed.add(story.state().text());
    }

    assertThat(passed).containsExactly("requested", "requested", "profiled", "planned", "ready", "reported");
  }

  @Test
  void a_late_earlier_event_adds_what_it_knows_and_never_moves_a_pull_back() {
    var story = after(List.of(told.ready(), told.planned(), told.profiled(), told.requested(Origin.ENGINE)));

    assertThat(story.state()).isEqualTo(new PullState.Ready(false));
    assertThat(story.image()).isEqualTo(told.image());
    assertThat(story.planned()).isNotNull();
  }

  @Test
  void any_order_and_any_repetition_tell_the_same_story() {
    var events = List.of(told.requested(Origin.ENGINE), told.stored(), told.profiled(), told.planned(), told.ready(),
        told.reported());
    var inOrder = after(events);

    var seed = Long.getLong("cts.seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var shuffled = new ArrayList<Event>(events);
      for (int extra = random.nextInt(4); extra > 0; extra--) {
        shuffled.add(events.get(random.nextInt(events.size())));
      }
      Collections.shuffle(shuffled, random);

      assertThat(after(shuffled)).as("-Dcts.seed=%d, round %d: %s", seed, round, shuffled).isEqualTo(inOrder);
    }
  }

  @Test
  void a_preview_that_is_ready_before_it_is_known_to_be_one_ends_all_the_same() {
    assertThat(after(List.of(told.ready(), told.requested(Origin.PREVIEW))).state().isEnd()).isTrue();
    assertThat(after(List.of(told.requested(Origin.PREVIEW), told.ready())).state().isEnd()).isTrue();
  }

  @Test
  void a_failure_ends_the_story_whenever_it_comes() {
    var cause = new PullState.Cause("cache", "MANIFEST_UNKNOWN", told.failed().message());

    assertThat(after(List.of(told.requested(Origin.API), told.failed())).state())
        .isEqualTo(new PullState.Failed(cause));
    assertThat(after(List.of(told.failed(), told.requested(Origin.API), told.profiled(), told.ready())).state())
        .isEqualTo(new PullState.Failed(cause));
  }

  @Test
  void of_two_plans_the_newer_one_is_told_whichever_comes_first() {
    var ready = told.ready();
    var later = new PullReady(told.failed().id(), ready.at().plusSeconds(60), told.pull(), ready.manifest(),
        ready.forms(), Form.ZSTD, "layer 2 could not be made");

    assertThat(after(List.of(ready, later)).form()).isEqualTo(Form.ZSTD);
    assertThat(after(List.of(later, ready)).form()).isEqualTo(Form.ZSTD);
  }

  @Test
  void each_state_that_needs_one_has_a_sentence() {
    assertThat(after(List.of(told.planned())).detail()).isEqualTo("plain saves 4 s of 14 s");
    assertThat(after(List.of(told.ready())).detail()).isEqualTo("served as plain");
    assertThat(after(List.of(told.failed())).detail()).startsWith("cache: MANIFEST_UNKNOWN: tried to fetch");
    assertThat(after(List.of(told.profiled())).detail()).isNull();
  }

  @Test
  void an_event_of_something_else_is_no_part_of_a_story() {
    assertThatThrownBy(() -> after(List.of(told.sent(1, 0, 1)))).hasMessageContaining("tells nothing of a pull");
  }
}
