package io.cts.client.agent;

import java.io.IOException;

/** A place that a blob may be had from. */
interface Origin {

  /** For the log: {@code CTS}, {@code the store}. */
  String name();

  /** Whether it costs the link anything. */
  default boolean isRemote() {
    return true;
  }

  /** Asks for it, and returns once it is known how the bytes are encoded. */
  Transfer begin() throws IOException;

  /** What it gave was not what it should be. */
  default void wasWrong() throws IOException {}
}
