package io.cts.feedback.weights;

import java.time.Instant;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Every attempt to find better weights. */
interface Attempts extends Repository<AttemptRow, Long> {

  AttemptRow save(AttemptRow attempt);

  Optional<AttemptRow> findFirstByOrderByIdDesc();

  @Modifying
  @Transactional
  @Query("delete from AttemptRow a where a.at < :oldest")
  void forgetBefore(Instant oldest);
}
