package io.cts.probereceiver.pulls;

import static io.cts.probereceiver.PostgresTime.instant;
import static io.cts.probereceiver.PostgresTime.utc;

import io.cts.contract.ImageRef;
import io.cts.probereceiver.door.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Pulls by age, newest first, a page at a time. */
@Repository
class PullList {
  private final JdbcClient jdbc;

  PullList(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Which pulls to list.
   *
   * @param state one of {@link PullState#NAMES}; absent: all
   * @param name of the image without tag and digest; absent: all
   * @param image exact; absent: all of that name
   */
  record Filter(@Nullable String state, @Nullable String name, @Nullable String image) {
    static final Filter ALL = new Filter(null, null, null);

    /** @throws IllegalArgumentException for what is no state */
    Filter inState(String text) {
      if (!PullState.NAMES.contains(text)) {
        throw new IllegalArgumentException(
            "not a state: \"" + text + "\" (expected one of " + String.join(", ", PullState.NAMES) + ")");
      }
      return new Filter(text, name, image);
    }

    /**
     * @param text as a person types it; without tag and digest it names all of its repository
     * @throws IllegalArgumentException for what is no image reference
     */
    Filter ofImage(String text) {
      var ref = ImageRef.parse(text);
      var isExact = text.indexOf('@') >= 0 || text.lastIndexOf(':') > text.lastIndexOf('/');
      return new Filter(state, ref.name(), isExact ? ref.toString() : null);
    }
  }

  List<PullSummary> page(Filter filter, @Nullable Cursor after, int limit) {
    var where = new StringBuilder("where true");
    if (filter.state() != null) {
      where.append(" and state = :state");
    }
    if (filter.name() != null) {
      where.append(" and name = :name");
    }
    if (filter.image() != null) {
      where.append(" and image = :image");
    }
    if (after != null) {
      where.append(" and (since, id) < (:since, :id)");
    }
    var query = jdbc.sql("""
        select id, since, state, changed_at, image, node, requested ->> 'platform' as platform,
            requested ->> 'objective' as objective, requested ->> 'origin' as origin,
            coalesce(ready ->> 'form', planned -> 'plan' ->> 'form') as form
        from pulls.pull %s order by since desc, id desc limit :limit""".formatted(where))
        .param("limit", limit)
        .param("state", filter.state())
        .param("name", filter.name())
        .param("image", filter.image());
    if (after != null) {
      query.param("since", utc(after.since())).param("id", after.id());
    }
    return query.query(PullList::summary).list();
  }

  private static PullSummary summary(ResultSet row, int number) throws SQLException {
    var id = row.getObject("id", UUID.class);
    return new PullSummary(id, row.getString("image"), row.getString("platform"), row.getString("node"),
        row.getString("objective"), row.getString("origin"), row.getString("state"), row.getString("form"),
        instant(row, "since"), instant(row, "changed_at"), new PullLinks(id));
  }
}
