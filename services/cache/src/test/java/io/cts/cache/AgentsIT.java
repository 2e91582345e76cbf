package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.cache.agents.Agents;
import io.cts.cache.agents.Inventories;
import io.cts.cache.agents.ServedLayers;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** How agents make themselves known. */
class AgentsIT extends CacheWithUpstream {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Autowired
  private Agents agents;
  @Autowired
  private Inventories inventories;
  @Autowired
  private ServedLayers served;
  @Autowired
  private JdbcClient database;
  @Autowired
  private WriteBehind writes;
  @Autowired
  private JsonMapper json;

  @Test
  void an_agents_token_is_told_once_and_kept_nowhere() throws Exception {
    var enrolled = Agent.enrol(port);
    var token = enrolled.token();
    assertThat(token).hasSize(43);

    assertThat(agents.withToken(token)).contains(enrolled.id());
    assertThat(agents.withToken(token + "A")).isEmpty();
    var row = database.sql("select token_hash from agents where agent = ?")
        .param(enrolled.id().value())
        .query(String.class)
        .single();
    assertThat(row).isEqualTo(Digest.sha256(token.getBytes(UTF_8)).hex()).doesNotContain(token);
    assertThat(Agent.enrol(port).token()).isNotEqualTo(token);
  }

  @Test
  void an_inventory_replaces_the_one_before_and_outlives_the_process() throws Exception {
    var agent = Agent.enrol(port);
    var first = Digest.sha256(new byte[]{1});
    var second = Digest.sha256(new byte[]{2});
    agent.holds(first);
    agent.holds(second);
    assertThat(inventories.of(agent.id())).containsExactly(second);

    var reborn = new Inventories(database, writes, json);
    await().atMost(PATIENCE).untilAsserted(() -> {
      reborn.learn(Since.BEGINNING);
      assertThat(reborn.of(agent.id())).containsExactly(second);
    });
    var rebornAgents = new Agents(database);
    rebornAgents.learn(Since.BEGINNING);
    assertThat(rebornAgents.withToken(agent.token())).contains(agent.id());
  }

  @Test
  void what_is_no_inventory_is_refused_and_said_why() throws Exception {
    var agent = Agent.enrol(port);
    expect(Agent.inventory(port, null, Agent.body()), 401, "POST /v1/agents gives one");
    expect(Agent.inventory(port, "nobody's", Agent.body()), 401, "not known here");
    expect(Agent.inventory(port, agent.token(), "{}"), 400, "digests are missing");
    expect(Agent.inventory(port, agent.token(), "{\"layers\": [null]}"), 400, "digests are missing");
    expect(Agent.inventory(port, agent.token(), "{\"layers\": [\"md5:12\"]}"), 400, "cannot be read as one");
    expect(Agent.inventory(port, agent.token(), "layers"), 400, "cannot be read as one");
    var digest = Digest.sha256(new byte[0]).toString();
    expect(Agent.inventory(port, agent.token(), Agent.body(Collections.nCopies(4097, digest).toArray(String[]::new))),
        413, "4096");
    expect(Agent.inventory(port, agent.token(), " ".repeat(1 << 20)), 413, "4096");
    assertThat(inventories.of(agent.id())).isEmpty();
  }

  @Test
  void an_unknown_token_costs_an_engine_nothing() throws Exception {
    var image = TestImage.gzip(71, 1, 64);
    UPSTREAM.push("agents-app", image);

    var answer = Client.containerd(port).get("/v2/test.local/agents/app/manifests/agents-app", "CTS-Agent", "nobody's");

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void what_an_agent_was_served_is_noted_with_its_repository() throws Exception {
    var image = TestImage.gzip(72, 1, 64);
    UPSTREAM.push("agents-noted", image);
    var agent = Agent.enrol(port);
    var client = Client.containerd(port);
    client.get("/v2/test.local/agents/noted/manifests/agents-noted", "CTS-Agent", agent.token());
    client.get("/v2/test.local/agents/noted/blobs/" + image.layers.getFirst(), "CTS-Agent", agent.token());

    assertThat(served.of(agent.id())).extracting(it -> it.blob() + " of " + it.repository())
        .containsExactly(image.layers.getFirst() + " of test.local/agents/noted");
    var reborn = new ServedLayers(database, writes);
    await().atMost(PATIENCE).untilAsserted(() -> {
      reborn.learn(Since.BEGINNING);
      assertThat(reborn.of(agent.id())).isEqualTo(served.of(agent.id()));
    });
  }

  private static void expect(HttpResponse<String> answer, int status, String says) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(says);
  }
}
