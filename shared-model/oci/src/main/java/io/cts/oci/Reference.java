package io.cts.oci;

import io.cts.contract.Digest;
import io.cts.contract.ImageRef;

/** What a manifest is asked for by (OCI distribution specification 1.1, "Pulling manifests"). */
public sealed interface Reference {

  /** A name that may point elsewhere tomorrow. */
  record Tag(String name) implements Reference {
    public Tag {
      if (!ImageRef.isTag(name)) {
        throw new IllegalArgumentException(
            "not a tag: \"" + name + "\" (expected up to 128 letters, digits, '.', '_' or '-')");
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Exactly these bytes. */
  record Exact(Digest digest) implements Reference {
    @Override
    public String toString() {
      return digest.toString();
    }
  }

  /** @throws IllegalArgumentException if it is neither a tag nor a digest */
  static Reference parse(String text) {
    return text.indexOf(':') >= 0 ? new Exact(Digest.parse(text)) : new Tag(text);
  }

  /** The digest wins over the tag, as in docker. */
  static Reference of(ImageRef image) {
    return parse(image.reference());
  }
}
