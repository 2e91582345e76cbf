package io.cts.messaging;

import io.cts.contract.Event;

/** Does a job. */
@FunctionalInterface
public interface JobHandler<E extends Event> {

  /**
   * @param again the very message was given out before, and whoever had it is gone or gave up; another message with the
   *     same job (a relay may send one twice) is no such sign
   */
  void handle(E job, boolean again);
}
