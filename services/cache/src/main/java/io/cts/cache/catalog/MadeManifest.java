package io.cts.cache.catalog;

import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.oci.RawManifest;
import org.jspecify.annotations.Nullable;

/**
 * A manifest or an index that CTS made.
 *
 * @param original the upstream's manifest or index that it stands for
 * @param engineClass of an index, whose children have each the form of that class; absent for an image's manifest
 */
public record MadeManifest(RawManifest raw, Digest original, Form form, @Nullable EngineClass engineClass) {

  public Digest digest() {
    return raw.digest();
  }
}
