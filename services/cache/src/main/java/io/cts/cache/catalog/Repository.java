package io.cts.cache.catalog;

import io.cts.contract.ImageRef;

/** A repository of an upstream, such as {@code library/nginx} of {@code docker.io}. */
public record Repository(String upstream, String name) {

  public static Repository of(ImageRef image) {
    return new Repository(image.upstream(), image.repository());
  }

  @Override
  public String toString() {
    return upstream + "/" + name;
  }
}
