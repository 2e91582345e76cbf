package io.cts.cost;

import io.cts.contract.CodecFamily;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who pulls, and what for.
 *
 * @param accepts content codings that the client asks for ({@code Accept-Encoding}); identity is always acceptable
 * @param profile absent where nothing is known; its confidence is taken as it stands, so age it first
 * @param announced whether nobody waits: encodings are made before anybody pulls. Their making then counts as work only
 * @param expectedPulls pulls that an encoding made now will serve, at least 1; waiting and work are shared among them
 * @param backlogSeconds until a worker would begin with an encoding asked for now
 */
public record PullContext(
    EngineClass engineClass,
    Set<CodecFamily> accepts,
    @Nullable NodeProfile profile,
    Objective objective,
    boolean announced,
    double expectedPulls,
    double backlogSeconds) {
  private static final Duration PROFILES_HOLD = Duration.ofHours(24);

  public PullContext {
    var copy = EnumSet.of(CodecFamily.IDENTITY);
    copy.addAll(accepts);
    accepts = Collections.unmodifiableSet(copy);
    if (!(expectedPulls >= 1)) {
      throw new IllegalArgumentException("expectedPulls must be 1 or more, not " + expectedPulls);
    }
    if (!(backlogSeconds >= 0)) {
      throw new IllegalArgumentException("backlogSeconds must not be negative, not " + backlogSeconds);
    }
  }

  /** A pull by {@code engine} that begins now and expects no other, for an engine that says what it usually says. */
  public static PullContext of(Engine engine, @Nullable NodeProfile profile, Objective objective) {
    return new PullContext(engine.engineClass(), usuallyAccepted(engine), profile, objective, false, 1, 0);
  }

  public PullContext accepting(Set<CodecFamily> families) {
    return new PullContext(engineClass, families, profile, objective, announced, expectedPulls, backlogSeconds);
  }

  public PullContext announcedFor(double pulls) {
    return new PullContext(engineClass, accepts, profile, objective, true, pulls, backlogSeconds);
  }

  public PullContext expecting(double pulls, double backlog) {
    return new PullContext(engineClass, accepts, profile, objective, announced, pulls, backlog);
  }

  /**
   * What an engine asks for when it fetches a blob, for planning before it asks: containerd since 2.0 takes zstd, agents
   * everything, whoever else is known gzip, and an unknown client nothing.
   */
  public static Set<CodecFamily> usuallyAccepted(Engine engine) {
    return switch (engine.engineClass()) {
      case AGENT -> EnumSet.allOf(CodecFamily.class);
      case CONTAINERD -> engine.version().startsWith("1.") || engine.version().equals("0")
          ? EnumSet.of(CodecFamily.IDENTITY, CodecFamily.GZIP)
          : EnumSet.of(CodecFamily.IDENTITY, CodecFamily.GZIP, CodecFamily.ZSTD);
      case DOCKER, DOCKER_LEGACY, CONTAINERS_IMAGE -> EnumSet.of(CodecFamily.IDENTITY, CodecFamily.GZIP);
      case OTHER -> engine.family().equals("go-containerregistry")
          ? EnumSet.of(CodecFamily.IDENTITY, CodecFamily.GZIP)
          : EnumSet.of(CodecFamily.IDENTITY);
    };
  }

  /**
   * {@code profile} as it is to be trusted at {@code now}: confidence falls in proportion to age and is gone after 24 h. A
   * stated profile does not age.
   */
  public static NodeProfile aged(NodeProfile profile, Instant now) {
    if (profile.source() == NodeProfile.Source.STATED) {
      return profile;
    }
    var age = Math.max(0, Duration.between(profile.measuredAt(), now).toMillis());
    var kept = Math.max(0, 1 - age / (double) PROFILES_HOLD.toMillis());
    return new NodeProfile(profile.node(), profile.engine(), profile.source(), profile.bandwidthMbps(),
        profile.bandwidthIsLowerBound(), profile.rttMillis(), profile.decodeRates(), profile.cores(),
        profile.memoryBytes(), profile.diskWriteMBps(), profile.confidence() * kept, profile.measuredAt());
  }
}
