package io.cts.messaging;

import org.jspecify.annotations.Nullable;

/** A record that is no event of its topic, and will not become one by trying again. */
public final class MalformedEvent extends RuntimeException {
  private static final long serialVersionUID = 1;

  MalformedEvent(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
