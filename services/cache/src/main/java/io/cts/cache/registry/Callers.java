package io.cts.cache.registry;

import io.cts.cache.agents.Agents;
import io.cts.cache.observe.Caller;
import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells who asks. An address forwarded by a proxy counts only from configured proxies. An agent may name its node with
 * {@code CTS-Node}: that selects a profile, as the User-Agent selects a form, and grants nothing. Its token in
 * {@code CTS-Agent} makes it the agent whose layers a delta may build upon; {@code CTS-Platform} says what its machine runs.
 */
final class Callers {
  private static final String NODE = "CTS-Node";
  private static final String AGENT = "CTS-Agent";
  private static final String PLATFORM = "CTS-Platform";
  private final Agents agents;
  private final Set<String> trustedProxies;

  Callers(List<String> trustedProxies, Agents agents) {
    this.agents = agents;
    this.trustedProxies = Set.copyOf(trustedProxies);
  }

  Caller of(HttpServletRequest request) {
    var engine = Engine.ofUserAgent(request.getHeader("User-Agent"));
    var codings = request.getHeader("Accept-Encoding");
    var token = request.getHeader(AGENT);
    var agent = token == null ? null : agents.withToken(token).orElse(null);
    return new Caller(node(request, engine), engine, AcceptEncoding.parse(codings), agent,
        agent != null && AcceptEncoding.takesDeltas(codings), agent == null ? null : platform(request));
  }

  private NodeId node(HttpServletRequest request, Engine engine) {
    var named = request.getHeader(NODE);
    if (named != null && engine.family().equals("cts-agent")) {
      try {
        return NodeId.of(named);
      } catch (IllegalArgumentException e) {
        throw new RegistryException(OciError.UNSUPPORTED, "the header " + NODE + ": " + e.getMessage(), null, e);
      }
    }
    return NodeId.observed("anonymous", address(request), engine);
  }

  private static @Nullable Platform platform(HttpServletRequest request) {
    var named = request.getHeader(PLATFORM);
    try {
      return named == null ? null : Platform.parse(named);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(OciError.UNSUPPORTED, "the header " + PLATFORM + ": " + e.getMessage(), null, e);
    }
  }

  private String address(HttpServletRequest request) {
    var peer = request.getRemoteAddr();
    var forwarded = String.join(",", Collections.list(request.getHeaders("X-Forwarded-For"))); // a proxy may add a line of its own
    if (forwarded.isEmpty() || !trustedProxies.contains(peer)) {
      return peer;
    }
    var hops = forwarded.split(",", -1);
    for (var i = hops.length - 1; i >= 0; i--) { // the right-most that is no proxy of ours: what stands before it may be forged
      var hop = hops[i].strip();
      if (!trustedProxies.contains(hop)) {
        return hop;
      }
    }
    return peer;
  }
}
