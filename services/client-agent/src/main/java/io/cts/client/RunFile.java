package io.cts.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What {@code cts up} writes into its data folder as {@code run.json} while it runs:
 * {@code {"api": "http://127.0.0.1:8080", "registry": "http://127.0.0.1:5000", "kafka": "127.0.0.1:9092"}}.
 */
public record RunFile(@Nullable String api, @Nullable String registry, @Nullable String kafka) {
  private static final RunFile NOTHING = new RunFile(null, null, null);

  /** Of the data folder that {@code CTS_DATA} names, else of {@code .cts/data} here; nothing where there is none. */
  public static RunFile read() throws CommandFailed {
    var data = System.getenv("CTS_DATA");
    return read(Path.of(data == null || data.isBlank() ? ".cts/data" : data));
  }

  public static RunFile read(Path dataFolder) throws CommandFailed {
    var file = dataFolder.resolve("run.json");
    if (!Files.exists(file)) {
      return NOTHING;
    }
    try {
      return Json.MAPPER.readValue(Files.readString(file), RunFile.class);
    } catch (IOException | JacksonException e) {
      throw new CommandFailed("tried to read " + file + ", where \"cts up\" says its ports, but it is unreadable ("
          + e.getMessage() + "); say them with --api, --registry and --bootstrap", e);
    }
  }
}
