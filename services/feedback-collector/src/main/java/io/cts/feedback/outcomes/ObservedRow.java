package io.cts.feedback.outcomes;

import io.cts.contract.Event;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.util.UUID;
import org.springframework.data.domain.Persistable;

/** What one event told. Written once and never changed: saving inserts. */
@MappedSuperclass
abstract class ObservedRow implements Persistable<UUID> {
  @Id
  private UUID eventId;

  ObservedRow() {}

  ObservedRow(Event event) {
    this.eventId = event.id().value();
  }

  @Override
  public UUID getId() {
    return eventId;
  }

  @Override
  public boolean isNew() {
    return true;
  }
}
