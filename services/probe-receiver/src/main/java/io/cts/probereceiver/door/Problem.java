package io.cts.probereceiver.door;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatus;

/** Everything that the API refuses with: the error table (RFC 9457, section 3.1). */
public enum Problem {
  MALFORMED_BODY(HttpStatus.BAD_REQUEST, "The body cannot be understood"),
  MALFORMED_PARAMETER(HttpStatus.BAD_REQUEST, "A parameter cannot be understood"),
  CONTRADICTION(HttpStatus.BAD_REQUEST, "The request contradicts itself"),
  UNKNOWN_PULL(HttpStatus.NOT_FOUND, "No such pull"),
  UNKNOWN_NODE(HttpStatus.NOT_FOUND, "No such node"),
  UNKNOWN_PATH(HttpStatus.NOT_FOUND, "Nothing is here"),
  NODE_NOT_REGISTERED(HttpStatus.UNPROCESSABLE_CONTENT, "The node is not registered"),
  TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "Too many bytes"),
  TOO_MANY(HttpStatus.TOO_MANY_REQUESTS, "Too many at once"),
  NOT_SERVED(HttpStatus.BAD_REQUEST, "The request cannot be served"),
  BROKEN(HttpStatus.INTERNAL_SERVER_ERROR, "CTS made a mistake"),
  SERVICE_AWAY(HttpStatus.BAD_GATEWAY, "Another service of CTS does not answer"),
  DATABASE_AWAY(HttpStatus.SERVICE_UNAVAILABLE, "The database does not answer");

  private final HttpStatus status;
  private final String title;

  Problem(HttpStatus status, String title) {
    this.status = status;
    this.title = title;
  }

  HttpStatus status() {
    return status;
  }

  String title() {
    return title;
  }

  /** Identifies the kind of problem; resolves to nothing. */
  URI type() {
    return URI.create("urn:cts:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
