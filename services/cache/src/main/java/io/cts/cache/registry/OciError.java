package io.cts.cache.registry;

/** The error table of {@code /v2/} (OCI distribution specification 1.1, "Error codes"). */
enum OciError {
  BLOB_UNKNOWN(404), DENIED(403), DIGEST_INVALID(400), MANIFEST_INVALID(400), MANIFEST_UNKNOWN(404), NAME_INVALID(
      400),
  NAME_UNKNOWN(404), RANGE_INVALID(416), TAG_INVALID(
      400),
  TOOMANYREQUESTS(429), UNAUTHORIZED(401), UNAVAILABLE(503), UNSUPPORTED(405);

  private final int status;

  OciError(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }
}
