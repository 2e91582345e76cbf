package io.cts.messaging;

/** A job that this process cannot do now and another may. */
public final class RetryLater extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RetryLater(String why, Throwable cause) {
    super(why, cause);
  }
}
