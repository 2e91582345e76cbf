package io.cts.client.agent;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An engine cannot be given what it asked for: one of the distribution specification's errors. */
final class MirrorFailure extends IOException {
  private static final long serialVersionUID = 1;
  private final int status;
  private final String code;

  MirrorFailure(int status, String code, String message) {
    this(status, code, message, null);
  }

  MirrorFailure(int status, String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
