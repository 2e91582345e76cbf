package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Where a service says what it listens to; called while its beans are made, consumption starts when all are there. */
public interface Subscriptions {

  /**
   * Each event once, in the order of its key: inbox row and all that {@code handler} writes are one transaction. A
   * handler that throws is tried again with back-off, then the event goes to the topic's dead letters. A handler is
   * short: it holds a database connection, and events of its partition wait behind it.
   */
  <E extends Event> void facts(Topic<E> topic, Consumer<E> handler);

  /** Batches, at least once: {@code handler} upserts. Runs in a transaction. */
  <E extends Event> void observations(Topic<E> topic, Consumer<List<E>> handler);

  /**
   * All events of the topic, from its beginning, in every process: for state held in memory (weights, profiles).
   * {@code handler} keeps the newest of a key; it runs without a transaction, on one thread for all such topics.
   *
   * @return done once all that was on the topic at the start has been handled
   */
  <E extends Event> CompletionStage<Void> everywhere(Topic<E> topic, Consumer<E> handler);

  /**
   * Jobs of a share group (KIP-932), up to {@code parallel} at once in this process. The record's lock is renewed while
   * {@code handler} works; returning accepts it, {@link RetryLater} releases it, any other exception rejects it after
   * the job's owner was told through {@code handler}'s own means.
   */
  <E extends Event> void jobs(Topic<E> topic, int parallel, JobHandler<E> handler);
}
