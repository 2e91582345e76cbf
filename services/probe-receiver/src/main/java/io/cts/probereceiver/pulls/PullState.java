package io.cts.probereceiver.pulls;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a pull has come. A state is only left for a later one, so that events that arrive late, twice or in another
 * order never move a pull back: topics keep no order among each other.
 */
sealed interface PullState {
  /** What may be asked for in {@code ?state=}, in the order of a pull's life. */
  List<String> NAMES = List.of("requested", "profiled", "planned", "ready", "served", "reported", "expired", "failed");

  /** As written in JSON and in the database. */
  String text();

  /** Whether {@code next} comes later in a pull's life; steps may be skipped. */
  boolean mayBecome(PullState next);

  /** Whether the story is over. */
  default boolean isEnd() {
    return false;
  }

  /** {@code next} where that is a legal move, else this state. */
  default PullState moved(PullState next) {
    return mayBecome(next) ? next : this;
  }

  record Requested() implements PullState {
    @Override
    public String text() {
      return "requested";
    }

    @Override
    public boolean mayBecome(PullState next) {
      return !(next instanceof Requested);
    }
  }

  record Profiled() implements PullState {
    @Override
    public String text() {
      return "profiled";
    }

    @Override
    public boolean mayBecome(PullState next) {
      return switch (next) {
        case Requested _,Profiled _ -> false;
        case Planned _,Ready _,Served _,Reported _,Expired _,Failed _ -> true;
      };
    }
  }

  record Planned() implements PullState {
    @Override
    public String text() {
      return "planned";
    }

    @Override
    public boolean mayBecome(PullState next) {
      return switch (next) {
        case Requested _,Profiled _,Planned _ -> false;
        case Ready _,Served _,Reported _,Expired _,Failed _ -> true;
      };
    }
  }

  /**
   * All that will come is there.
   *
   * @param preview served to nobody: this is its end
   */
  record Ready(boolean preview) implements PullState {
    @Override
    public String text() {
      return "ready";
    }

    @Override
    public boolean mayBecome(PullState next) {
      return switch (next) {
        case Requested _,Profiled _,Planned _,Ready _ -> false;
        case Served _,Reported _,Expired _,Failed _ -> !preview;
      };
    }

    @Override
    public boolean isEnd() {
      return preview;
    }
  }

  /** Every blob that was asked for was delivered, and nobody asked for another for a minute. */
  record Served() implements End {
    @Override
    public String text() {
      return "served";
    }
  }

  /** An agent said what it took. */
  record Reported() implements End {
    @Override
    public String text() {
      return "reported";
    }
  }

  /** Ready, and nobody came for it. */
  record Expired() implements End {
    @Override
    public String text() {
      return "expired";
    }
  }

  /** It could not be prepared. */
  record Failed(Cause cause) implements End {
    @Override
    public String text() {
      return "failed";
    }
  }

  /**
   * Why a pull failed.
   *
   * @param stage the service that gave up
   * @param code a registry error code or CTS's own, in capitals
   * @param message what was tried, on what, why it failed, what to do
   */
  record Cause(String stage, String code, String message) {}

  /** Nothing follows. */
  sealed interface End extends PullState permits Served, Reported, Expired, Failed {
    @Override
    default boolean mayBecome(PullState next) {
      return false;
    }

    @Override
    default boolean isEnd() {
      return true;
    }
  }

  /** What {@link #text()} wrote. */
  static PullState parse(String text, boolean preview, @Nullable Cause cause) {
    return switch (text) {
      case "requested" -> new Requested();
      case "profiled" -> new Profiled();
      case "planned" -> new Planned();
      case "ready" -> new Ready(preview);
      case "served" -> new Served();
      case "reported" -> new Reported();
      case "expired" -> new Expired();
      case "failed" -> new Failed(Objects.requireNonNull(cause, "a failed pull has a cause"));
      default -> throw new IllegalArgumentException("not a state: \"" + text + "\" (expected one of "
          + String.join(", ", NAMES) + ")");
    };
  }
}
