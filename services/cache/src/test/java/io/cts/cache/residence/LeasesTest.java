package io.cts.cache.residence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.cache.residence.Leases.Leased;
import io.cts.contract.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Layers of made manifests stay while a client may come for them, within their share of the store. */
class LeasesTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final Digest FIRST = digest(1);
  private static final Digest SECOND = digest(2);
  private static final Digest OWN = digest(3);
  private static final Digest OTHER = digest(4);
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final InstantSource time = now::get;
  private final Leases leases = new Leases(time.withZone(ZoneOffset.UTC), DAY, 100);

  @Test
  void what_was_served_stays_for_its_term_and_no_longer() {
    assertThat(leases.renew(FIRST, List.of(new Leased(OWN, 60)))).contains(NOON.plus(DAY));

    assertThat(leases.leased()).containsExactly(OWN);
    now.set(NOON.plus(DAY).plusMillis(1));
    assertThat(leases.leased()).isEmpty();
  }

  @Test
  void where_the_share_is_taken_nothing_more_is_kept_until_something_has_run_out() {
    leases.renew(FIRST, List.of(new Leased(OWN, 60)));

    assertThat(leases.renew(SECOND, List.of(new Leased(OTHER, 60)))).isEmpty();
    assertThat(leases.leased()).containsExactly(OWN);

    now.set(NOON.plus(DAY).plusMillis(1));
    assertThat(leases.renew(SECOND, List.of(new Leased(OTHER, 60)))).isPresent();
    assertThat(leases.leased()).containsExactly(OTHER);
  }

  @Test
  void what_is_kept_already_is_renewed_however_full_it_is() {
    leases.renew(FIRST, List.of(new Leased(OWN, 100)));
    now.set(NOON.plus(Duration.ofHours(12)));

    assertThat(leases.renew(FIRST, List.of(new Leased(OWN, 100)))).contains(NOON.plus(Duration.ofHours(36)));
  }

  @Test
  void a_lease_is_fresh_for_a_tenth_of_its_term() {
    assertThat(leases.isFresh(FIRST)).isFalse();
    leases.renew(FIRST, List.of(new Leased(OWN, 1)));

    assertThat(leases.isFresh(FIRST)).isTrue();
    now.set(NOON.plus(Duration.ofHours(3)));
    assertThat(leases.isFresh(FIRST)).isFalse();
  }

  private static Digest digest(int number) {
    return Digest.sha256(new byte[]{(byte) number});
  }
}
