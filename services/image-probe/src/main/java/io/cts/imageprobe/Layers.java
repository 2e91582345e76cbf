package io.cts.imageprobe;

import static jakarta.persistence.LockModeType.PESSIMISTIC_WRITE;

import io.cts.contract.LayerFeatures;
import jakarta.persistence.QueryHint;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Timeouts;
import org.hibernate.jpa.SpecHints;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Layers, and who reads them. What changes a layer is one statement that says of whom it may be: another process may have
 * been quicker. It tells how many layers it changed, one or none.
 */
interface Layers extends Repository<LayerRow, String> {

  /** Has the layer read, unless it was, or never can be. */
  @Modifying
  @Query("""
      insert into LayerRow (digest, storedBytes, state, attempts, nextAt, lasting, changedAt)
      values (:layer, :storedBytes, WAITING, 0, :now, false, :now)
      on conflict (digest) do update set state = WAITING, attempts = 0, nextAt = excluded.nextAt
      where state = UNREADABLE and not lasting""")
  int want(String layer, long storedBytes, Instant now);

  /** A layer that nobody reads, the longest waiting first; locked, others' left out. */
  @Lock(PESSIMISTIC_WRITE)
  @QueryHints(@QueryHint(name = SpecHints.HINT_SPEC_LOCK_TIMEOUT, value = "" + Timeouts.SKIP_LOCKED_MILLI))
  @Query("select l from LayerRow l where l.state in (WAITING, READING) and l.nextAt <= :now order by l.nextAt limit 1")
  Optional<LayerRow> unattended(Instant now);

  /** A sign of life for layers in the hands of {@code process}. */
  @Modifying
  @Transactional
  @Query("""
      update LayerRow l set l.nextAt = :until
      where l.state = READING and l.heldBy = :process and l.digest in :held""")
  int hold(Collection<String> held, UUID process, Instant until);

  @Modifying
  @Query("""
      update LayerRow l set l.state = READ, l.heldBy = null, l.features = :features, l.cause = null, l.changedAt = :now
      where l.digest = :layer and l.state <> READ""")
  int read(String layer, LayerFeatures features, Instant now);

  /** Lets it be taken again at {@code next}. */
  @Modifying
  @Query("""
      update LayerRow l set l.state = WAITING, l.heldBy = null, l.nextAt = :next, l.cause = :cause, l.changedAt = :now
      where l.digest = :layer and l.state = READING and l.heldBy = :process""")
  int pause(String layer, UUID process, String cause, Instant now, Instant next);

  /** Takes back that {@code process} began. */
  @Modifying
  @Query("""
      update LayerRow l set l.state = WAITING, l.attempts = l.attempts - 1, l.heldBy = null, l.nextAt = :now,
        l.changedAt = :now
      where l.digest = :layer and l.state = READING and l.heldBy = :process""")
  int giveBack(String layer, UUID process, Instant now);

  @Modifying
  @Query("""
      update LayerRow l set l.state = UNREADABLE, l.heldBy = null, l.cause = :cause, l.lasting = :lasting,
        l.changedAt = :now
      where l.digest = :layer and l.state in (WAITING, READING)""")
  int unreadable(String layer, String cause, boolean lasting, Instant now);

  /**
   * @param features where it was read
   * @param cause of the last failure
   */
  record Known(String digest, LayerState state, @Nullable LayerFeatures features, @Nullable String cause) {}

  /** The layers of an image, in no order. */
  @Query("""
      select l.digest, l.state, l.features, l.cause from ProfilingRow p join p.layers d join LayerRow l on l.digest = d
      where p.stored = :stored""")
  List<Known> of(UUID stored);
}
