package io.cts.feedback.outcomes;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The newest plan of each pull. */
interface Plans extends Repository<PlanRow, UUID> {

  Optional<PlanRow> findById(UUID pull);

  PlanRow save(PlanRow plan);

  @Modifying
  @Transactional
  @Query("delete from PlanRow p where p.plannedAt < :oldest")
  void forgetBefore(Instant oldest);
}
