package io.cts.client.pull;

import io.cts.contract.CodecFamily;
import io.cts.contract.NodeId;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who pulls, and how.
 *
 * @param version of the agent, as its {@code User-Agent} says
 * @param node the name that it goes by; absent: CTS tells it by its address
 * @param limit of its link; absent: as fast as it goes
 * @param codecs that it asks layers to be encoded in
 * @param parallel layers at once
 */
public record Client(
    String version,
    @Nullable NodeId node,
    @Nullable RateLimit limit,
    Set<CodecFamily> codecs,
    int parallel) {
  public static final int USUAL_PARALLEL = 4;

  public Client {
    if (parallel < 1 || parallel > 64) {
      throw new IllegalArgumentException("a client fetches 1 to 64 layers at once, not " + parallel);
    }
    codecs = Set.copyOf(codecs);
  }

  /** One that reads every codec, on a link without limit. */
  public static Client of(String version) {
    return new Client(version, null, null, EnumSet.allOf(CodecFamily.class), USUAL_PARALLEL);
  }

  public Client named(NodeId name) {
    return new Client(version, name, limit, codecs, parallel);
  }

  public Client limited(@Nullable RateLimit to) {
    return new Client(version, node, to, codecs, parallel);
  }

  String userAgent() {
    return "cts-agent/" + version;
  }
}
