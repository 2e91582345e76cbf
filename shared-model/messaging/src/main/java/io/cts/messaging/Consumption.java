package io.cts.messaging;

/** One subscription at work. */
interface Consumption {
  void start();

  /** Ends it: what is being handled is finished or given back. */
  void stop();
}
