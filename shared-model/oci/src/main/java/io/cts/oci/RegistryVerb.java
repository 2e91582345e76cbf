package io.cts.oci;

import java.io.IOException;
import java.util.Map;

/** One verb of the distribution API: how to ask, how to read the answer, and what to call it in a message. */
interface RegistryVerb<T> {

  /** {@code GET} or {@code HEAD}. */
  default String method() {
    return "GET";
  }

  /** Below {@code /v2/}, with its query. */
  String path();

  /** Whose token is needed. */
  String repository();

  default Map<String, String> headers() {
    return Map.of();
  }

  /** Follows "tried to" in messages. */
  String tried();

  /** Whether {@link #read} understands this status besides 200. */
  default boolean accepts(int status) {
    return status == 200;
  }

  /**
   * Reads an accepted answer, which is closed afterwards unless this verb {@link #keepsAnswer}.
   *
   * @throws UpstreamFailure if the answer is wrong: it will not be asked for again
   * @throws IOException if it broke off: it may be asked for again
   */
  T read(Answer answer) throws IOException;

  /** Whether the result goes on reading from the answer, and closes it. */
  default boolean keepsAnswer() {
    return false;
  }
}
