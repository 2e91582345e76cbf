package io.cts.oci;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells a refusal by its status, with the registry's own code where it gives one. */
final class RegistryFailures {
  private static final int MOST_BYTES = 64 << 10;
  private static final int LONGEST_MESSAGE = 160;

  private RegistryFailures() {}

  /** @param who answered, such as {@code the registry} */
  static UpstreamFailure of(String tried, Answer answer, String who, Instant now) {
    var why = who + " answered " + answer.status() + code(answer);
    var status = answer.status();
    return switch (status) {
      case 401 -> new UpstreamFailure.Unauthorized(tried, why);
      case 403 -> new UpstreamFailure.Forbidden(tried, why);
      case 404, 410 -> new UpstreamFailure.NotFound(tried, why);
      case 408 -> new UpstreamFailure.Unavailable(tried, why, null);
      case 429 -> new UpstreamFailure.RateLimited(tried, why, retryAfter(answer, now));
      default -> status >= 500
          ? new UpstreamFailure.Unavailable(tried, why, null)
          : new UpstreamFailure.Malformed(tried, why, null);
    };
  }

  /** RFC 9110, section 10.2.3: seconds or a date; absent where it is neither. */
  static @Nullable Duration retryAfter(Answer answer, Instant now) {
    var text = answer.header("Retry-After");
    if (text == null) {
      return null;
    }
    try {
      if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Duration.ofSeconds(Math.min(Long.parseLong(text), Duration.ofDays(1).toSeconds()));
      }
      var until = Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return until.isNegative() ? Duration.ZERO : until;
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  /** {@code " BLOB_UNKNOWN: blob unknown to registry"}, or nothing (distribution specification, "Error Codes"). */
  private static String code(Answer answer) {
    try {
      var bytes = answer.bodyUpTo(MOST_BYTES);
      if (bytes.length == 0) {
        return "";
      }
      var errors = JsonPart.parse("error", bytes, MOST_BYTES).array("errors", 100);
      if (errors.isEmpty()) {
        return "";
      }
      var code = errors.getFirst().optionalText("code");
      var message = errors.getFirst().optionalText("message");
      return (code == null ? "" : " " + printable(code)) + (message == null ? "" : " (" + printable(message) + ")");
    } catch (IOException e) {
      return ""; // the status says enough: many proxies answer in HTML
    }
  }

  private static String printable(String text) {
    var clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() <= LONGEST_MESSAGE ? clean : clean.substring(0, LONGEST_MESSAGE) + "…";
  }

  /** Why a request found no answer, for people. */
  static String reason(IOException e) {
    return switch (e) {
      case RegistryClient.NotPickedUp silent -> String.valueOf(silent.getMessage());
      case UnknownHostException unknown -> "the host is not known (" + unknown.getMessage() + ")";
      case SocketTimeoutException timeout -> "it did not answer in time";
      case SSLException tls -> "TLS failed (" + tls.getMessage() + ")";
      case ConnectException refused -> "no connection could be made (" + refused.getMessage() + ")";
      default -> "the connection broke (" + e.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ": "
          + e.getMessage() + ")";
    };
  }
}
