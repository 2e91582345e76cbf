package io.cts.messaging;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EncodingRequested;
import io.cts.contract.Engine;
import io.cts.contract.EventId;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Events to send. */
final class Events {
  private Events() {}

  static PullFailed fact(PullId pull, String message) {
    return new PullFailed(EventId.random(), Instant.EPOCH, pull, "cache", "UNKNOWN", message);
  }

  static PullFailed fact() {
    return fact(PullId.random(), "no such image");
  }

  static EncodingRequested job(String layer) {
    var digest = Digest.sha256(layer.getBytes(StandardCharsets.UTF_8));
    return new EncodingRequested(EventId.random(), Instant.EPOCH, PullId.random(), digest, CodecFamily.GZIP, digest,
        1000,
        Encoding.zstd(3), "1", 1);
  }

  static NodeProfiled profile(String node, double bandwidthMbps) {
    return new NodeProfiled(EventId.random(), Instant.EPOCH,
        new NodeProfile(NodeId.of(node), Engine.UNKNOWN, NodeProfile.Source.STATED, bandwidthMbps, false, null,
            List.of(),
            null, null, null, 1, Instant.EPOCH));
  }
}
