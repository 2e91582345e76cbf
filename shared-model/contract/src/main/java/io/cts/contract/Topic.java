package io.cts.contract;

/**
 * A Kafka topic: one past-tense fact, one event type, JSON values, the event's key as the record's key.
 *
 * @param name {@code cts.<past-tense-fact>.v1}; the version changes when a reader of the old events would misread
 */
public record Topic<E extends Event>(String name, Class<E> type, Delivery delivery) {
  /** The header of a dead letter that says in text why it is one. */
  public static final String CAUSE = "cts-cause";

  /** How an event gets onto its topic and off it. */
  public enum Delivery {
    /** Owns work: written to an outbox with the state change, and to an inbox where it is handled. */
    FACT,
    /** Straight to Kafka, counted where dropped, handled as idempotent upserts. */
    OBSERVATION,
    /** A job, consumed by a share group (KIP-932): any worker takes any job. */
    WORK
  }

  /** Where events go that could not be handled, with their cause in the header {@link #CAUSE}. */
  public String deadLetters() {
    return name + ".dead-letters";
  }
}
