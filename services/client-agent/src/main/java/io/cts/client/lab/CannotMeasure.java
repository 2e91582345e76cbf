package io.cts.client.lab;

/** A lab cannot tell; the message says what was tried, why it failed and what to do. */
final class CannotMeasure extends RuntimeException {
  private static final long serialVersionUID = 1;

  CannotMeasure(String message) {
    super(message);
  }

  CannotMeasure(String message, Throwable cause) {
    super(message, cause);
  }
}
