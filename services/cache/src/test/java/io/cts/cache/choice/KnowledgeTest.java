package io.cts.cache.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Engine;
import io.cts.contract.EventId;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfile.Source;
import io.cts.contract.NodeProfiled;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnowledgeTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final NodeId NODE = NodeId.of("edge");
  private final Knowledge knowledge = new Knowledge(Clock.fixed(NOON, ZoneOffset.UTC));

  @Test
  void what_was_told_last_is_believed_even_if_it_was_measured_before() {
    told(Source.STATED, 20, NOON.minusSeconds(600));
    told(Source.PASSIVE, 1000, NOON.minusSeconds(60));
    told(Source.STATED, 20, NOON.minusSeconds(600));

    assertThat(knowledge.profile(NODE)).isNotNull().extracting(NodeProfile::bandwidthMbps).isEqualTo(20.0);
  }

  private void told(Source source, double mbps, Instant measuredAt) {
    knowledge
        .on(new NodeProfiled(EventId.random(), NOON, new NodeProfile(NODE, Engine.parse("cts-agent-1"), source, mbps,
            false, null, List.of(), null, null, null, 0.5, measuredAt)));
  }
}
