package io.cts.decision;

import io.cts.contract.Digest;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.Topics;
import io.cts.messaging.EventJson;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The newest profile of each image. */
final class Images {
  private final JdbcClient database;
  private final EventJson json;

  Images(JdbcClient database, EventJson json) {
    this.database = database;
    this.json = json;
  }

  void put(ImageProfiled profiled) {
    database.sql("""
        insert into images (manifest, image, profiled, profiled_at) values (?, ?, cast(? as jsonb), ?)
        on conflict (manifest) do update
        set image = excluded.image, profiled = excluded.profiled, profiled_at = excluded.profiled_at
        where images.profiled_at <= excluded.profiled_at""")
        .params(profiled.manifest().toString(), profiled.image().toString(), json.write(profiled),
            Timestamp.from(profiled.at()))
        .update();
  }

  Optional<ImageProfiled> of(Digest manifest) {
    return database.sql("select profiled from images where manifest = ?")
        .params(manifest.toString())
        .query(String.class)
        .optional()
        .map(this::read);
  }

  /** The image that was last profiled under {@code name}; for a name with a digest, that manifest. */
  Optional<ImageProfiled> named(ImageRef name) {
    var digest = name.digest();
    return digest != null
        ? of(digest)
        : database.sql("select profiled from images where image = ? order by profiled_at desc limit 1")
            .params(name.toString())
            .query(String.class)
            .optional()
            .map(this::read);
  }

  private ImageProfiled read(String stored) {
    return json.read(Topics.IMAGE_PROFILED, stored.getBytes(StandardCharsets.UTF_8));
  }

  int forgetUnusedBefore(Instant since) {
    return database.sql("""
        delete from images where profiled_at < ?
        and not exists (select 1 from pulls where pulls.manifest = images.manifest)""")
        .params(Timestamp.from(since))
        .update();
  }
}
