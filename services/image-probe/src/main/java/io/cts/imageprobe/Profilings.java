package io.cts.imageprobe;

import static jakarta.persistence.LockModeType.PESSIMISTIC_WRITE;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Images whose layers are to be read. */
interface Profilings extends Repository<ProfilingRow, UUID> {

  ProfilingRow save(ProfilingRow profiling);

  /** The images that wait for {@code layer}, in one order for all. */
  @Query("select p.stored from ProfilingRow p join p.layers l where l = :layer and not p.published order by p.stored")
  List<UUID> waitingFor(String layer);

  /**
   * Locks an image until the transaction ends, so that of two layers read at once the last sees the first; nothing where
   * it was published meanwhile.
   */
  @Lock(PESSIMISTIC_WRITE)
  Optional<ProfilingRow> findByStoredAndPublishedFalse(UUID stored);

  /** Forgets images that were told of, and asked for before {@code moment}. */
  @Transactional
  @Modifying
  @Query(value = "delete from profilings where published and asked_at < :moment", nativeQuery = true)
  int forgetBefore(Instant moment);
}
