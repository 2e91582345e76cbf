package io.cts.oci;

import io.cts.contract.ImageRef;

/** A repository of an upstream, as messages name it: {@code quay.io/org/app}. */
record Repository(String upstream, String path) {

  Repository {
    if (!ImageRef.isRepository(path)) {
      throw new IllegalArgumentException("not a repository: \"" + path + "\"");
    }
  }

  @Override
  public String toString() {
    return upstream + "/" + path;
  }
}
