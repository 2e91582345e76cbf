package io.cts.cache.observe;

import io.cts.contract.CodecFamily;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.NodeId;
import java.util.Set;

/**
 * Who asks.
 *
 * @param accepts the content codings of this request, identity among them
 */
public record Caller(NodeId node, Engine engine, Set<CodecFamily> accepts) {
  public Caller {
    accepts = Set.copyOf(accepts);
  }

  public EngineClass engineClass() {
    return engine.engineClass();
  }
}
