package io.cts.client;

/** A command could not do what it was told to. The message is all that a person sees: what was tried, why it failed, what to do. */
public final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1;

  public CommandFailed(String message) {
    super(message);
  }

  public CommandFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
