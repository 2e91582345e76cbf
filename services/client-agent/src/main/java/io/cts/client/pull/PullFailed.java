package io.cts.client.pull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An image did not come, or not as it should be. The message says what was tried, why it failed and what to do. */
public sealed class PullFailed extends IOException {
  private static final long serialVersionUID = 1;

  public PullFailed(String tried, String why, String advice, @Nullable Throwable cause) {
    super("tried to " + tried + " but " + why + "; " + advice, cause);
  }

  public PullFailed(String tried, String why, String advice) {
    this(tried, why, advice, null);
  }

  /** Nobody answered. */
  public static final class Unreachable extends PullFailed {
    private static final long serialVersionUID = 1;

    Unreachable(String tried, String why, String advice, Throwable cause) {
      super(tried, why, advice, cause);
    }
  }

  /** The registry answered with an error. */
  public static final class Refused extends PullFailed {
    private static final long serialVersionUID = 1;

    Refused(String tried, String why, String advice) {
      super(tried, why, advice, null);
    }
  }
}
