package io.cts.probereceiver.watch;

import static io.cts.probereceiver.PostgresTime.instantOrNull;
import static io.cts.probereceiver.PostgresTime.utc;

import io.cts.contract.PullId;
import io.cts.probereceiver.ProbeReceiverSettings.Watch;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code pulls.watch}. */
@Repository
class WatchStore {
  private final JdbcClient jdbc;

  WatchStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The digest seen last, locked until the transaction ends; null before the first. */
  @Nullable
  String locked(Watch watch) {
    jdbc.sql("insert into pulls.watch (image, platform) values (:image, :platform) on conflict do nothing")
        .param("image", watch.ref().toString())
        .param("platform", platform(watch))
        .update();
    return jdbc.sql("select digest from pulls.watch where image = :image and platform = :platform for update")
        .param("image", watch.ref().toString())
        .param("platform", platform(watch))
        .query(Watched.class)
        .single()
        .digest();
  }

  private record Watched(@Nullable String digest) {}

  void changed(Watch watch, String digest, PullId announced, Instant now) {
    jdbc.sql("""
        update pulls.watch set digest = :digest, announced = :announced, looked_at = :now, failure = null
        where image = :image and platform = :platform
        """)
        .param("digest", digest)
        .param("announced", announced.value())
        .param("now", utc(now))
        .param("image", watch.ref().toString())
        .param("platform", platform(watch))
        .update();
  }

  /** @param failure why the look gave no digest; absent where it gave the one seen last */
  void looked(Watch watch, @Nullable String failure, Instant now) {
    jdbc.sql("""
        insert into pulls.watch (image, platform, looked_at, failure) values (:image, :platform, :now, :failure)
        on conflict (image, platform) do update set looked_at = excluded.looked_at, failure = excluded.failure
        """)
        .param("failure", failure)
        .param("now", utc(now))
        .param("image", watch.ref().toString())
        .param("platform", platform(watch))
        .update();
  }

  List<WatchView> all() {
    return jdbc.sql("select image, platform, digest, looked_at, failure, announced from pulls.watch"
        + " order by image, platform").query(WatchStore::view).list();
  }

  private static WatchView view(ResultSet row, int number) throws SQLException {
    var platform = row.getString("platform");
    return new WatchView(row.getString("image"), platform.isEmpty() ? null : platform, row.getString("digest"),
        instantOrNull(row, "looked_at"), row.getString("failure"), row.getObject("announced", UUID.class));
  }

  private static String platform(Watch watch) {
    return watch.platform() == null ? "" : watch.platform();
  }
}
