package io.cts.client;

/** A command could not do what it was told to. The message is all that a person sees: what was tried, why it failed, what to do. */
public final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  public CommandFailed(String message) {
    this(Cts.FAILED, message);
  }

  public CommandFailed(String message, Throwable cause) {
    this(Cts.FAILED, message, cause);
  }

  /** @param exitCode one of those that {@link Cts} names */
  public CommandFailed(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** @param exitCode one of those that {@link Cts} names */
  public CommandFailed(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** One of those that {@link Cts} names. */
  public int exitCode() {
    return exitCode;
  }
}
