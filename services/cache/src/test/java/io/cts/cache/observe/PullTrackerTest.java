package io.cts.cache.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Engine;
import io.cts.contract.Event;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested;
import io.cts.messaging.PullTraces;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a pull begins, and whose it is (DESIGN, "One image, one digest, any encoding"). */
class PullTrackerTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final ImageRef TAG = ImageRef.parse("docker.io/library/app:1");
  private static final Digest MANIFEST = Digest.sha256(new byte[]{1});
  private final List<Event> published = new ArrayList<>();
  private final PullTracker pulls = new PullTracker(published::add, PullTraces.off(),
      Clock.fixed(NOON, ZoneOffset.UTC));
  private final Caller edge = caller("edge");
  private final Caller other = caller("other");

  @Test
  void a_resolution_with_nothing_after_it_is_a_poll_and_leaves_no_trace() {
    for (var i = 0; i < 100; i++) {
      pulls.resolved(edge, TAG, MANIFEST, Form.ORIGINAL);
    }

    assertThat(published).isEmpty();
    assertThat(pulls.current(edge.node(), Set.of(MANIFEST))).isEmpty();
  }

  @Test
  void a_pull_begins_with_what_is_fetched_after_a_resolution_and_is_told_once() {
    pulls.resolved(edge, TAG, MANIFEST, Form.ORIGINAL);

    var pull = pulls.begin(edge, TAG, MANIFEST, null);

    assertThat(pulls.current(edge.node(), Set.of(MANIFEST))).contains(pull);
    assertThat(published).singleElement().satisfies(event -> {
      var requested = (PullRequested) event;
      assertThat(requested.pull()).isEqualTo(pull);
      assertThat(requested.node()).isEqualTo(edge.node());
      assertThat(requested.image()).isEqualTo(TAG.at(MANIFEST));
      assertThat(requested.origin()).isEqualTo(PullRequested.Origin.ENGINE);
    });
  }

  @Test
  void a_resolution_that_is_repeated_is_the_same_pull() {
    var pull = pulls.begin(edge, TAG, MANIFEST, null);

    pulls.resolved(edge, TAG, MANIFEST, Form.ORIGINAL);

    assertThat(pulls.begin(edge, TAG, MANIFEST, null)).isEqualTo(pull);
    assertThat(published).hasSize(1);
  }

  @Test
  void each_node_has_a_pull_of_its_own() {
    assertThat(pulls.begin(edge, TAG, MANIFEST, null)).isNotEqualTo(pulls.begin(other, TAG, MANIFEST, null));
    assertThat(published).hasSize(2);
  }

  @Test
  void what_was_announced_for_anybody_is_the_first_ones() {
    var announced = PullId.random();
    pulls.announce(announced, MANIFEST, null, NOON);

    assertThat(pulls.begin(edge, TAG, MANIFEST, null)).isEqualTo(announced);
    assertThat(pulls.begin(other, TAG, MANIFEST, null)).isNotEqualTo(announced);
  }

  @Test
  void what_was_announced_for_a_node_waits_for_it() {
    var announced = PullId.random();
    pulls.announce(announced, MANIFEST, edge.node(), NOON);

    assertThat(pulls.begin(other, TAG, MANIFEST, null)).isNotEqualTo(announced);
    assertThat(pulls.begin(edge, TAG, MANIFEST, null)).isEqualTo(announced);
  }

  @Test
  void what_nobody_came_for_within_a_day_is_over() {
    var announced = PullId.random();
    pulls.announce(announced, MANIFEST, null, NOON.minus(Duration.ofHours(24)));

    assertThat(pulls.begin(edge, TAG, MANIFEST, null)).isNotEqualTo(announced);
  }

  @Test
  void what_was_taken_elsewhere_is_taken_here_too() {
    var announced = PullId.random();
    pulls.announce(announced, MANIFEST, null, NOON);

    pulls.taken(announced, MANIFEST);
    pulls.announce(announced, MANIFEST, null, NOON);

    assertThat(pulls.begin(edge, TAG, MANIFEST, null)).isNotEqualTo(announced);
  }

  private static Caller caller(String node) {
    return new Caller(NodeId.of(node), Engine.parse("docker-28.5.2"), Set.of(CodecFamily.IDENTITY), null, false, null);
  }
}
