package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.CtsApi;
import io.cts.client.FakeCts;
import io.cts.contract.NodeId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When an agent measures its machine; that it does is AgentIT's to show. */
class SelfProbeTest {
  private static final NodeId NODE = NodeId.of("node-1");

  private final FakeCts cts = new FakeCts();
  private final SelfProbe probe = new SelfProbe(new CtsApi(URI.create(cts.url() + "/")), NODE,
      URI.create("http://registry.example/"), Path.of("store"), () -> true,
      new AgentLog(new PrintWriter(new StringWriter())));

  @AfterEach
  void stop() {
    cts.close();
  }

  @Test
  void a_machine_that_cts_never_heard_of_is_measured() {
    assertThat(probe.isDue(Instant.now())).isTrue();
  }

  @Test
  void a_machine_of_which_only_its_link_was_seen_is_measured() {
    cts.answers("GET /v1/nodes/node-1", 200, """
        {"node": "node-1", "profile": {"node": "node-1", "source": "passive", "bandwidthMbps": 20}}""");

    assertThat(probe.isDue(Instant.now())).isTrue();
  }

  @Test
  void what_was_measured_counts_as_long_as_cts_knows_it() {
    cts.answers("GET /v1/nodes/node-1", 200, """
        {"node": "node-1", "profile": {"node": "node-1", "source": "active", "details": {"decodeRates": []}}}""");

    assertThat(probe.isDue(Instant.now())).isFalse();
  }

  @Test
  void nothing_is_measured_while_cts_cannot_be_asked() {
    cts.close();

    assertThat(probe.isDue(Instant.now())).isFalse();
  }
}
