package io.cts.probereceiver.pulls;

import io.cts.probereceiver.door.Problem;

/** Whether a pull was taken on. */
sealed interface Admission {

  record Admitted(PullStory pull) implements Admission {}

  /**
   * It was not.
   *
   * @param detail what was tried, on what, why not, what to do
   */
  record Refusal(Problem problem, String detail) implements Admission {}
}
