package io.cts.oci;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An upstream did not give what it was asked for. The message says what was tried, why it failed and what to do. */
public abstract sealed class UpstreamFailure extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param tried such as {@code fetch manifest 1 of quay.io/org/app}
   * @param why such as {@code the registry answered 404 MANIFEST_UNKNOWN}
   * @param advice what the reader can do
   */
  UpstreamFailure(String tried, String why, String advice, @Nullable Throwable cause) {
    super("tried to " + tried + " but " + why + "; " + advice, cause);
  }

  /** There is no such repository, manifest or blob. */
  public static final class NotFound extends UpstreamFailure {
    private static final long serialVersionUID = 1;

    public NotFound(String tried, String why) {
      super(tried, why, "check the name and the tag", null);
    }
  }

  /** The upstream wants to know who asks. Registries answer so for repositories that do not exist, too. */
  public static final class Unauthorized extends UpstreamFailure {
    private static final long serialVersionUID = 1;

    public Unauthorized(String tried, String why) {
      super(tried, why, "CTS reads what anonymous may read: check the name, or make the repository public", null);
    }
  }

  /** The upstream knows who asks, and refuses. */
  public static final class Forbidden extends UpstreamFailure {
    private static final long serialVersionUID = 1;

    public Forbidden(String tried, String why) {
      super(tried, why, "ask the registry's owner for access", null);
    }
  }

  /** Too many requests. */
  public static final class RateLimited extends UpstreamFailure {
    private static final long serialVersionUID = 1;
    private final @Nullable Duration retryAfter;

    public RateLimited(String tried, String why, @Nullable Duration retryAfter) {
      super(tried, why,
          retryAfter == null ? "wait before asking again" : "ask again in " + retryAfter.toSeconds() + " s", null);
      this.retryAfter = retryAfter;
    }

    /** How long the upstream asked to be left alone, where it said so. */
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }
  }

  /** The upstream cannot be reached, or cannot answer now. */
  public static final class Unavailable extends UpstreamFailure {
    private static final long serialVersionUID = 1;

    public Unavailable(String tried, String why, @Nullable Throwable cause) {
      super(tried, why, "check that it is up and reachable from here, then ask again", cause);
    }
  }

  /** The upstream's answer is not what the specification allows, or passes a bound. */
  public static final class Malformed extends UpstreamFailure {
    private static final long serialVersionUID = 1;

    public Malformed(String tried, String why, @Nullable Throwable cause) {
      super(tried, why, "nothing of it was kept; tell the registry's or the image's owner", cause);
    }
  }

  /** Configuration forbids it: an upstream that is not on the list, an address or a scheme that may not be asked. */
  public static final class NotAllowed extends UpstreamFailure {
    private static final long serialVersionUID = 1;

    public NotAllowed(String tried, String why, String advice) {
      super(tried, why, advice, null);
    }
  }
}
