package io.cts.probereceiver.pulls;

import static io.cts.probereceiver.PostgresTime.instant;
import static io.cts.probereceiver.PostgresTime.utc;

import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageStored;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested;
import io.cts.probereceiver.Json;
import io.cts.probereceiver.pulls.PullState.Cause;
import io.cts.probereceiver.pulls.PullState.Failed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code pulls.pull} and {@code pulls.change}. */
@Repository
class PullStore {
  private static final int MOST_AT_ONCE = 500;

  private final JdbcClient jdbc;
  private final Json json;

  PullStore(JdbcClient jdbc, Json json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** The pull, begun where it is new, and locked until the transaction ends. */
  PullStory locked(PullId pull, Instant at) {
    var isNew = jdbc.sql("""
        insert into pulls.pull (id, since, state, steps, changed_at, preview)
        values (:id, :at, 'requested', 1, :at, false) on conflict (id) do nothing
        """).param("id", pull.value()).param("at", utc(at)).update() == 1;
    if (isNew) {
      addChange(new PullChange(pull, 1, "requested", false, at, null));
    }
    return jdbc.sql("select * from pulls.pull where id = :id for update")
        .param("id", pull.value())
        .query(this::story)
        .single();
  }

  Optional<PullStory> find(PullId pull) {
    return jdbc.sql("select * from pulls.pull where id = :id").param("id", pull.value()).query(this::story).optional();
  }

  /** Writes what became of the locked {@code before}; {@code at} is when its state changed, if it did. */
  void save(PullStory before, PullStory after, Instant at) {
    var image = after.image();
    jdbc.sql("""
        update pulls.pull set cause = cast(:cause as jsonb), preview = :preview, image = :image, name = :name,
            node = :node, manifest = :manifest, requested = cast(:requested as jsonb), stored = cast(:stored as jsonb),
            profiled = cast(:profiled as jsonb), planned = cast(:planned as jsonb), ready = cast(:ready as jsonb),
            reported = cast(:reported as jsonb)
        where id = :id
        """)
        .param("cause", json.write(after.state() instanceof Failed(var cause) ? cause : null))
        .param("preview", after.isPreview())
        .param("image", text(image))
        .param("name", image == null ? null : image.name())
        .param("node", text(after.node()))
        .param("manifest", text(after.manifest()))
        .param("requested", json.write(after.requested()))
        .param("stored", json.write(after.stored()))
        .param("profiled", json.write(after.profiled()))
        .param("planned", json.write(after.planned()))
        .param("ready", json.write(after.ready()))
        .param("reported", json.write(after.reported()))
        .param("id", after.id().value())
        .update();
    if (!after.state().text().equals(before.state().text())) {
      var step = jdbc.sql("""
          update pulls.pull set state = :state, steps = steps + 1, changed_at = :at where id = :id returning steps
          """)
          .param("state", after.state().text())
          .param("at", utc(at))
          .param("id", after.id().value())
          .query(Integer.class)
          .single();
      addChange(new PullChange(after.id(), step, after.state().text(), after.state().isEnd(), at, after.detail()));
    }
  }

  private void addChange(PullChange change) {
    jdbc.sql("""
        insert into pulls.change (pull, step, state, ends, at, detail)
        values (:pull, :step, :state, :ends, :at, :detail)
        """)
        .param("pull", change.pull().value())
        .param("step", change.step())
        .param("state", change.state())
        .param("ends", change.end())
        .param("at", utc(change.at()))
        .param("detail", change.detail())
        .update();
  }

  /** The changes of {@code pulls} in the order of their steps. */
  List<PullChange> changes(Collection<PullId> pulls) {
    return jdbc.sql("select pull, step, state, ends, at, detail from pulls.change where pull in (:pulls)"
        + " order by pull, step")
        .param("pulls", pulls.stream().map(PullId::value).toList())
        .query((row, number) -> new PullChange(new PullId(row.getObject("pull", UUID.class)), row.getInt("step"),
            row.getString("state"), row.getBoolean("ends"), instant(row, "at"), row.getString("detail")))
        .list();
  }

  /** Pulls that are ready for somebody, locked: some went out, and nothing since {@code idleSince}. */
  List<PullStory> perhapsServed(Instant idleSince) {
    return jdbc.sql("""
        select * from pulls.pull p where state = 'ready' and not preview
          and exists (select from pulls.transfer_of_pull where of_pull = p.id)
          and not exists (select from pulls.transfer_of_pull where of_pull = p.id and ended_at > :idleSince)
        order by changed_at limit :most for update skip locked
        """).param("idleSince", utc(idleSince)).param("most", MOST_AT_ONCE).query(this::story).list();
  }

  /** Pulls that have been ready since before {@code deadline} with nobody coming after it, locked. */
  List<PullStory> abandoned(Instant deadline) {
    return jdbc.sql("""
        select * from pulls.pull p where state = 'ready' and not preview and changed_at < :deadline
          and not exists (select from pulls.transfer_of_pull where of_pull = p.id and ended_at > :deadline)
        order by changed_at limit :most for update skip locked
        """).param("deadline", utc(deadline)).param("most", MOST_AT_ONCE).query(this::story).list();
  }

  /** Pulls that were first heard of before {@code deadline} and never got ready, locked. */
  List<PullStory> stuck(Instant deadline) {
    return jdbc.sql("""
        select * from pulls.pull where state in ('requested', 'profiled', 'planned') and since < :deadline
        order by since limit :most for update skip locked
        """).param("deadline", utc(deadline)).param("most", MOST_AT_ONCE).query(this::story).list();
  }

  /** Forgets pulls that were first heard of before {@code before}. */
  void forget(Instant before) {
    jdbc.sql("delete from pulls.pull where since < :before").param("before", utc(before)).update();
  }

  private PullStory story(ResultSet row, int number) throws SQLException {
    var state = PullState.parse(row.getString("state"), row.getBoolean("preview"),
        json.read(row.getString("cause"), Cause.class));
    return new PullStory(new PullId(row.getObject("id", UUID.class)), instant(row, "since"), state,
        json.read(row.getString("requested"), PullRequested.class),
        json.read(row.getString("stored"), ImageStored.class),
        json.read(row.getString("profiled"), ImageProfiled.class),
        json.read(row.getString("planned"), PullPlanned.class), json.read(row.getString("ready"), PullReady.class),
        json.read(row.getString("reported"), PullReported.class));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
