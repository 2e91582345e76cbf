package io.cts.feedback.outcomes;

import java.time.Instant;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The sizes of layers. */
interface Layers extends Repository<LayerRow, String> {

  @Modifying
  @Transactional
  @Query("""
      insert into LayerRow (diffId, sizeBytes, storedSizeBytes, seenAt)
      values (:diffId, :sizeBytes, :storedSizeBytes, :at)
      on conflict (diffId) do update set seenAt = greatest(seenAt, excluded.seenAt)""")
  void seen(String diffId, long sizeBytes, long storedSizeBytes, Instant at);

  @Modifying
  @Transactional
  @Query("delete from LayerRow l where l.seenAt < :oldest")
  void forgetBefore(Instant oldest);
}
