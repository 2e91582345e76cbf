package io.cts.standalone;

import java.nio.file.Path;
import java.util.Map;

/**
 * What {@code cts up} was told.
 *
 * @param data folder that keeps everything
 * @param apiPort never 0
 * @param registryPort never 0
 * @param upstreams URL by name
 * @param capacity of the blob store, such as {@code 20GB}
 * @param worker whether layers are encoded in this process
 */
record Settings(
    Path data,
    int apiPort,
    int registryPort,
    Map<String, String> upstreams,
    boolean publicUpstreams,
    String capacity,
    boolean worker) {
  Settings {
    upstreams = Map.copyOf(upstreams);
  }
}
