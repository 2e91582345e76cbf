package io.cts.feedback;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cts.feedback.outcomes.Scoreboard;
import io.cts.feedback.weights.ModelsView;
import io.cts.feedback.weights.WeightsKeeper;
import java.time.Duration;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/models} and {@code /v1/scoreboard}. */
@RestController
class FeedbackController {
  private static final Duration LONGEST = Duration.ofDays(3660);
  private final WeightsKeeper weights;
  private final Refitter refitter;
  private final Scoreboard scoreboard;
  private final InstantSource now;

  FeedbackController(WeightsKeeper weights, Refitter refitter, Scoreboard scoreboard, InstantSource now) {
    this.weights = weights;
    this.refitter = refitter;
    this.scoreboard = scoreboard;
    this.now = now;
  }

  @GetMapping("/v1/models")
  ModelsView models() {
    return weights.models();
  }

  /** @param published the new version; absent where the one that served goes on serving */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RefitView(@Nullable String published, String serves, String reason) {}

  @PostMapping("/v1/models:refit")
  RefitView refit() {
    var outcome = refitter.refit();
    return new RefitView(outcome.published().map(published -> published.weights().version()).orElse(null),
        outcome.serves(), outcome.refit().reason());
  }

  @GetMapping("/v1/scoreboard")
  Scoreboard.Score scoreboard(@RequestParam(defaultValue = "P30D") String window) {
    var length = duration(window);
    var to = now.instant();
    return scoreboard.between(to.minus(length), to);
  }

  private static Duration duration(String window) {
    try {
      var length = Duration.parse(window);
      if (length.isPositive() && length.compareTo(LONGEST) <= 0) {
        return length;
      }
    } catch (DateTimeParseException e) {
      throw new Refused("window", window, e);
    }
    throw new Refused("window", window, null);
  }

  /** A parameter that cannot be. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String parameter, String value, @Nullable Throwable cause) {
      super("the parameter " + parameter + " is \"" + value
          + "\", which is no positive ISO 8601 duration of at most ten years; write for example P7D or PT12H", cause);
    }
  }

  @ExceptionHandler
  ProblemDetail refused(Refused refused) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.valueOf(refused.getMessage()));
  }
}
