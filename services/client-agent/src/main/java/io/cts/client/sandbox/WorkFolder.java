package io.cts.client.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder for as long as a command runs. */
public final class WorkFolder {
  private final Path folder;

  /**
   * @param prefix of its name
   * @param parent where it is made; absent: where this machine keeps what is temporary
   */
  public WorkFolder(String prefix, @Nullable Path parent) throws IOException {
    folder = parent == null
        ? Files.createTempDirectory(prefix)
        : Files.createTempDirectory(Files.createDirectories(parent), prefix);
  }

  public Path path() {
    return folder;
  }

  public Path resolve(String name) {
    return folder.resolve(name);
  }

  public void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
