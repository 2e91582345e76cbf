package io.cts.oci;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A manifest, an index or a configuration that is not what its specification says, or passes a bound. */
public final class MalformedManifest extends IOException {
  private static final long serialVersionUID = 1;
  private final String where;

  /**
   * @param what kind of document, such as {@code manifest}
   * @param where in it, such as {@code layers[3].digest}; empty for the document itself
   */
  public MalformedManifest(String what, String where, String why, @Nullable Throwable cause) {
    super("malformed " + what + (where.isEmpty() ? "" : " at " + where) + ": " + why, cause);
    this.where = where;
  }

  public MalformedManifest(String what, String where, String why) {
    this(what, where, why, null);
  }

  public String where() {
    return where;
  }
}
