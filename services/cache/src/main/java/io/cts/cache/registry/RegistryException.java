package io.cts.cache.registry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A registry request that is answered with an error; the message is for the person who pulls. */
final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final OciError error;
  private final @Nullable Duration retryAfter;

  RegistryException(OciError error, String message) {
    this(error, message, null, null);
  }

  RegistryException(OciError error, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.error = error;
    this.retryAfter = retryAfter;
  }

  OciError error() {
    return error;
  }

  @Nullable
  Duration retryAfter() {
    return retryAfter;
  }
}
