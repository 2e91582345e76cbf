package io.cts.feedback.outcomes;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/** Rows of one kind of event. */
@NoRepositoryBean
interface ObservedRows<R extends ObservedRow> extends Repository<R, UUID> {

  /** Those of {@code events} whose rows are there. */
  @Query("select r.eventId from #{#entityName} r where r.eventId in :events")
  List<UUID> stored(Collection<UUID> events);

  <S extends R> List<S> saveAll(Iterable<S> rows);
}
