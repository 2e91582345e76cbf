package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** Engines that are served alike: the form of an image is chosen once per class. */
public enum EngineClass {
  /** docker before 23: fails on zstd layers ("invalid tar header"). */
  DOCKER_LEGACY("docker-legacy", false),
  /** docker 23 and later. */
  DOCKER("docker", true),
  /** containerd, nerdctl and ctr, CRI included. */
  CONTAINERD("containerd", true),
  /** podman, skopeo, buildah, CRI-O: all that is built on containers/image. */
  CONTAINERS_IMAGE("containers-image", true),
  /** The CTS agent and one-shot client: reads every codec. */
  AGENT("agent", true),
  /** Whoever else: crane, oras, curl, what is not known. Gets nothing that an old client could not read. */
  OTHER("other", false);

  private final String text;
  private final boolean readsZstdLayers;

  EngineClass(String text, boolean readsZstdLayers) {
    this.text = text;
    this.readsZstdLayers = readsZstdLayers;
  }

  /** Whether a manifest with {@code …layer.v1.tar+zstd} layers may be served. */
  public boolean readsZstdLayers() {
    return readsZstdLayers;
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
