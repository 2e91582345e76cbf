package io.cts.client.pull;

import io.cts.contract.Digest;
import io.cts.oci.Reference;
import java.net.URI;

/**
 * Where an image is pulled from.
 *
 * @param registry the registry's address, with a slash at the end
 * @param repository there: through CTS it begins with the upstream's name, such as {@code quay.io/org/app}
 */
public record Source(URI registry, String repository, Reference reference) {

  /** The same repository, another image. */
  public Source at(Reference other) {
    return new Source(registry, repository, other);
  }

  URI manifest(Reference wanted) {
    return registry.resolve("v2/" + repository + "/manifests/" + wanted);
  }

  URI blob(Digest digest) {
    return registry.resolve("v2/" + repository + "/blobs/" + digest);
  }

  /** {@code localhost:5000/quay.io/org/app}, for messages. */
  String name() {
    return registry.getAuthority() + "/" + repository;
  }
}
