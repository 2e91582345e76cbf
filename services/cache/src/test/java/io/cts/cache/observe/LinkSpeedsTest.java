package io.cts.cache.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.NodeId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LinkSpeedsTest {
  private static final NodeId NODE = NodeId.of("node");
  private static final int BYTES = 10_000_000;

  private final AtomicLong nanos = new AtomicLong();
  private final LinkSpeeds speeds = new LinkSpeeds(250, nanos::get);

  @Test
  void a_node_that_nobody_has_seen_is_watched() {
    assertThat(speeds.mayGoUnwatched(NODE)).isFalse();
  }

  @Test
  void a_fast_link_goes_unwatched_but_for_one_transfer_a_minute() throws IOException {
    transfer(300);
    assertThat(speeds.mayGoUnwatched(NODE)).isTrue();
    assertThat(speeds.mayGoUnwatched(NodeId.of("other"))).isFalse();

    pass(61_000);

    assertThat(speeds.mayGoUnwatched(NODE)).isFalse();
    assertThat(speeds.mayGoUnwatched(NODE)).isTrue();
  }

  @Test
  void a_link_that_has_become_slow_is_watched_again() throws IOException {
    transfer(300);
    transfer(200);
    assertThat(speeds.mayGoUnwatched(NODE)).isFalse();
  }

  @Test
  void transfers_side_by_side_share_a_link() throws IOException {
    var one = speeds.watch(NODE);
    var other = speeds.watch(NODE);
    read(one, BYTES);
    read(other, BYTES);
    pass(2 * BYTES / 300_000);
    one.end();
    assertThat(speeds.mayGoUnwatched(NODE)).isTrue();

    var watched = speeds.watch(NODE);
    speeds.unwatched(NODE, 7 * BYTES);
    read(watched, BYTES);
    pass(8 * BYTES / 300_000);
    watched.end();
    assertThat(speeds.mayGoUnwatched(NODE)).isTrue();
  }

  @Test
  void a_few_bytes_tell_nothing() throws IOException {
    var watch = speeds.watch(NODE);
    read(watch, 1000);
    pass(1);
    watch.end();
    assertThat(speeds.mayGoUnwatched(NODE)).isFalse();
  }

  private void transfer(int megabytesPerSecond) throws IOException {
    var watch = speeds.watch(NODE);
    read(watch, BYTES);
    pass(BYTES / 1000 / megabytesPerSecond);
    watch.end();
  }

  private static void read(LinkSpeeds.Watch watch, int bytes) throws IOException {
    watch.counting(new ByteArrayInputStream(new byte[bytes])).transferTo(OutputStream.nullOutputStream());
  }

  private void pass(long milliseconds) {
    nanos.addAndGet(milliseconds * 1_000_000);
  }
}
