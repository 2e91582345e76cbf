package io.cts.cache.observe;

import io.cts.cache.agents.AgentId;
import io.cts.contract.CodecFamily;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param accepts the content codings of this request, identity among them
 * @param agent that sent its token; absent for everybody else
 * @param takesDeltas whether this request is of an agent that takes a delta
 * @param platform of the machine that an agent serves, where it says so
 */
public record Caller(
    NodeId node,
    Engine engine,
    Set<CodecFamily> accepts,
    @Nullable AgentId agent,
    boolean takesDeltas,
    @Nullable Platform platform) {
  public Caller {
    accepts = Set.copyOf(accepts);
  }

  public EngineClass engineClass() {
    return engine.engineClass();
  }
}
