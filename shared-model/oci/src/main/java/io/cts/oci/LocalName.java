package io.cts.oci;

import io.cts.contract.ImageRef;
import org.jspecify.annotations.Nullable;

/**
 * What an image is called in a layout or an archive: {@code quay.io/org/app:1}, {@code app:1}, or a bare tag.
 *
 * @param name absent for a bare tag, which any repository has
 */
record LocalName(@Nullable String name, String tag) {

  /** Reads {@code name:tag} or {@code tag}. */
  static LocalName parse(String text) {
    var colon = text.lastIndexOf(':');
    return colon > text.lastIndexOf('/') && colon > 0
        ? new LocalName(text.substring(0, colon), text.substring(colon + 1))
        : new LocalName(null, text);
  }

  /** The host in front and docker's {@code library/} need not be named. */
  boolean isOf(String repository) {
    if (name == null || name.equals(repository)) {
      return true;
    }
    try {
      var path = ImageRef.parse(name).repository();
      return path.equals(repository) || path.equals("library/" + repository);
    } catch (IllegalArgumentException e) {
      return false; // a name that no image reference can carry
    }
  }

  @Override
  public String toString() {
    return name == null ? tag : name + ":" + tag;
  }
}
