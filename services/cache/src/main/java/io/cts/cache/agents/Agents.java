package io.cts.cache.agents;

import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who is enrolled. A token is told once, to the agent; here its hash alone is known. */
public final class Agents implements Learned {
  /** Of the token: what cannot be guessed needs no slow hash. */
  private static final int TOKEN_BYTES = 32;
  private static final int MOST = 100_000;
  private static final int FORGOTTEN_AFTER_DAYS = 90;

  private final JdbcClient database;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, AgentId> byTokenHash = new ConcurrentHashMap<>();

  public Agents(JdbcClient database) {
    this.database = database;
  }

  /** @param token to be sent with each request */
  public record Enrolled(AgentId agent, String token) {}

  /** Enrols one more; nothing where there are too many. It is in the database when this returns. */
  Optional<Enrolled> enrol() {
    if (byTokenHash.size() >= MOST) {
      return Optional.empty();
    }
    var secret = new byte[TOKEN_BYTES];
    random.nextBytes(secret);
    var enrolled = new Enrolled(AgentId.random(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    database.sql("insert into agents (agent, token_hash) values (?, ?)")
        .params(enrolled.agent().value(), hash(enrolled.token()).hex())
        .update();
    byTokenHash.put(hash(enrolled.token()).hex(), enrolled.agent());
    return Optional.of(enrolled);
  }

  public Optional<AgentId> withToken(String token) {
    return Optional.ofNullable(byTokenHash.get(hash(token).hex()));
  }

  static Digest hash(String token) {
    return Digest.sha256(token.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void learn(Since since) {
    if (since.isBeginning()) {
      database.sql("delete from agents where seen_at < now() - make_interval(days => ?)")
          .param(FORGOTTEN_AFTER_DAYS)
          .update();
    }
    database.sql("select agent, token_hash from agents where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> byTokenHash.put(row.getString(2), new AgentId(row.getString(1))));
  }
}
