package io.cts.cache.agents;

import java.util.UUID;

/** Names an agent for as long as it is enrolled. It is no secret: its token is. */
public record AgentId(String value) {

  static AgentId random() {
    return new AgentId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
