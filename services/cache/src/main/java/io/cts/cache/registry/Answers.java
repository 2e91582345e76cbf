package io.cts.cache.registry;

import io.cts.cache.registry.BlobSender.Cut;
import io.cts.oci.MalformedManifest;
import io.cts.oci.UpstreamFailure;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes whole answers from memory, and errors in the specification's form. */
final class Answers {
  private final JsonMapper json;

  Answers(JsonMapper json) {
    this.json = json;
  }

  /** A body from memory; HEAD gets its headers alone. */
  void whole(HttpServletRequest request, HttpServletResponse response, String contentType, byte[] body)
      throws IOException {
    response.setContentType(contentType);
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }

  void json(HttpServletRequest request, HttpServletResponse response, Object body) throws IOException {
    whole(request, response, "application/json", json.writeValueAsBytes(body));
  }

  /** {@code {"errors": [{"code": …, "message": …}]}} (OCI distribution specification 1.1, "Error codes"). */
  void error(HttpServletRequest request, HttpServletResponse response, RegistryException failure) throws IOException {
    response.reset();
    response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    response.setStatus(failure.error().status());
    if (failure.error() == OciError.UNAUTHORIZED) {
      response.setHeader("WWW-Authenticate", "Basic realm=\"CTS serves what anonymous may read\"");
    }
    if (failure.retryAfter() != null) {
      response.setHeader("Retry-After", Long.toString(Math.max(1, failure.retryAfter().toSeconds())));
    }
    var message = failure.getMessage();
    json(request, response, Map.of("errors",
        List.of(Map.of("code", failure.error().name(), "message", message == null ? "" : message))));
  }

  /**
   * The registry error of what went wrong with an upstream.
   *
   * @param missing what a 404 of the upstream means here
   */
  static RegistryException ofUpstream(IOException failure, OciError missing) throws IOException {
    var message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case UpstreamFailure upstream -> switch (upstream) {
        case UpstreamFailure.NotFound _ -> new RegistryException(missing, message, null, upstream);
        case UpstreamFailure.Unauthorized _ -> new RegistryException(OciError.UNAUTHORIZED, message, null, upstream);
        case UpstreamFailure.Forbidden _ -> new RegistryException(OciError.DENIED, message, null, upstream);
        case UpstreamFailure.RateLimited limited ->
          new RegistryException(OciError.TOOMANYREQUESTS, message, limited.retryAfter().orElse(null), limited);
        case UpstreamFailure.Unavailable _ -> new RegistryException(OciError.UNAVAILABLE, message, null, upstream);
        case UpstreamFailure.Malformed _ -> new RegistryException(OciError.MANIFEST_INVALID, message, null, upstream);
        case UpstreamFailure.NotAllowed _ -> new RegistryException(OciError.DENIED, message, null, upstream);
      };
      case MalformedManifest malformed ->
        new RegistryException(OciError.MANIFEST_INVALID, message, null, malformed);
      case Cut cut -> throw cut;
      default -> new RegistryException(OciError.UNAVAILABLE, message, null, failure);
    };
  }
}
