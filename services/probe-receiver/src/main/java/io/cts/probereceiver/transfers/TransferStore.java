package io.cts.probereceiver.transfers;

import static io.cts.probereceiver.PostgresTime.instant;
import static io.cts.probereceiver.PostgresTime.utc;

import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import io.cts.contract.TransferObserved;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.stereotype.Repository;

/** The table {@code nodes.transfer}: each observed transfer once, however often it is delivered. */
@Repository
public class TransferStore {
  private static final String COLUMNS = "node, engine, blob, diff_id, encoding, start_offset, wire_bytes, complete,"
      + " started_at, ended_at, seconds, source, predicted_seconds, delta";
  private static final int MOST_OF_ONE_NODE = 512;
  private static final int MOST_OF_ONE_PULL = 2000;

  private final NamedParameterJdbcTemplate jdbc;

  TransferStore(NamedParameterJdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  public void add(List<TransferObserved> observed) {
    jdbc.batchUpdate("""
        insert into nodes.transfer (id, node, engine, pull, manifest, blob, diff_id, encoding, start_offset, wire_bytes,
            complete, started_at, ended_at, seconds, source, predicted_seconds, delta)
        values (:id, :node, :engine, :pull, :manifest, :blob, :diffId, :encoding, :offset, :wireBytes,
            :complete, :startedAt, :endedAt, :seconds, :source, :predictedSeconds, :delta)
        on conflict (id) do nothing
        """, observed.stream().map(TransferStore::row).toArray(SqlParameterSource[]::new));
  }

  /** What ended at {@code node} after {@code from}, newest first, as far as a profile needs. */
  public List<Transfer> ofNode(NodeId node, Instant from) {
    return jdbc.query(
        "select " + COLUMNS + " from nodes.transfer where node = :node and ended_at > :from"
            + " order by ended_at desc limit " + MOST_OF_ONE_NODE,
        new MapSqlParameterSource("node", node.toString()).addValue("from", utc(from)), TransferStore::transfer);
  }

  /** What tells of {@code pull} (see the view {@code pulls.transfer_of_pull}), in the order of its start. */
  public List<Transfer> ofPull(PullId pull) {
    return jdbc.query(
        "select " + COLUMNS + " from pulls.transfer_of_pull where of_pull = :pull order by started_at limit "
            + MOST_OF_ONE_PULL,
        new MapSqlParameterSource("pull", pull.value()), TransferStore::transfer);
  }

  /** Forgets what started before {@code before}. */
  public void forget(Instant before) {
    jdbc.update("delete from nodes.transfer where started_at < :before",
        new MapSqlParameterSource("before", utc(before)));
  }

  private static SqlParameterSource row(TransferObserved observed) {
    return new MapSqlParameterSource().addValue("id", observed.id().value())
        .addValue("node", observed.node().toString())
        .addValue("engine", observed.engine().toString())
        .addValue("pull", observed.pull().value())
        .addValue("manifest", text(observed.manifest()))
        .addValue("blob", observed.blob().toString())
        .addValue("diffId", text(observed.diffId()))
        .addValue("encoding", text(observed.encoding()))
        .addValue("offset", observed.offset())
        .addValue("wireBytes", observed.wireBytes())
        .addValue("complete", observed.complete())
        .addValue("startedAt", utc(observed.startedAt()))
        .addValue("endedAt", utc(endOf(observed)))
        .addValue("seconds", observed.seconds())
        .addValue("source", observed.source().toString())
        .addValue("predictedSeconds", observed.predictedSeconds())
        .addValue("delta", text(observed.delta()));
  }

  private static Instant endOf(TransferObserved observed) {
    var seconds = observed.seconds();
    return seconds == null ? observed.startedAt() : observed.startedAt().plusNanos(Math.round(seconds * 1e9));
  }

  private static Transfer transfer(ResultSet row, int number) throws SQLException {
    var diffId = row.getString("diff_id");
    var encoding = row.getString("encoding");
    var delta = row.getString("delta");
    return new Transfer(NodeId.of(row.getString("node")), Engine.parse(row.getString("engine")),
        Digest.parse(row.getString("blob")), diffId == null ? null : Digest.parse(diffId),
        encoding == null ? null : Encoding.parse(encoding), row.getObject("start_offset", Long.class),
        row.getLong("wire_bytes"), row.getBoolean("complete"), instant(row, "started_at"), instant(row, "ended_at"),
        row.getObject("seconds", Double.class),
        TransferObserved.Source.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
        row.getObject("predicted_seconds", Double.class),
        delta == null ? null : Effort.valueOf(delta.toUpperCase(Locale.ROOT)));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
