package io.cts.imageprobe;

import io.cts.contract.Digest;
import io.cts.contract.ImageStored;
import io.cts.contract.Topics;
import io.cts.messaging.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code profilings}. Every method runs in the transaction that it is called in. */
final class ProfilingTable {
  private final JdbcClient database;
  private final EventJson json;

  ProfilingTable(JdbcClient database, EventJson json) {
    this.database = database;
    this.json = json;
  }

  void insert(ImageStored stored) {
    database.sql("insert into profilings (stored, image_stored) values (?, ?)")
        .params(stored.id().value(), json.write(stored))
        .update();
    stored.layers()
        .stream()
        .map(layer -> layer.digest().toString())
        .distinct()
        .forEach(layer -> database.sql("insert into profiling_layers (stored, layer) values (?, ?)")
            .params(stored.id().value(), layer)
            .update());
  }

  /** The images that wait for {@code layer}, in one order for all. */
  List<UUID> waitingFor(Digest layer) {
    return database.sql("""
        select stored from profilings join profiling_layers using (stored) where layer = ? and not published
        order by stored""").params(layer.toString()).query(UUID.class).list();
  }

  /**
   * Locks an image until the transaction ends, so that of two layers read at once the last sees the first; nothing where
   * it was published meanwhile.
   */
  Optional<ImageStored> lock(UUID stored) {
    return database.sql("select image_stored from profilings where stored = ? and not published for update")
        .params(stored)
        .query(String.class)
        .optional()
        .map(event -> json.read(Topics.IMAGE_STORED, event.getBytes(StandardCharsets.UTF_8)));
  }

  void published(UUID stored) {
    database.sql("update profilings set published = true where stored = ?").params(stored).update();
  }
}
