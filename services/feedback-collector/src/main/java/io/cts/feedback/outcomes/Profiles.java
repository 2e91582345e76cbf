package io.cts.feedback.outcomes;

import java.time.Instant;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

/** What was known of nodes, and when. */
interface Profiles extends ObservedRows<ProfileRow> {

  /** Of each node, the newest profile stays. */
  @Modifying
  @Transactional
  @Query("""
      delete from ProfileRow old where old.measuredAt < :oldest and exists (
        select newer.eventId from ProfileRow newer where newer.node = old.node and newer.measuredAt > old.measuredAt)""")
  void forgetBefore(Instant oldest);
}
