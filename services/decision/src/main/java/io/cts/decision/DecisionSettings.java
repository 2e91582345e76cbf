package io.cts.decision;

import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** See {@code decision.yml}, which explains each. */
@ConfigurationProperties("cts.decision")
record DecisionSettings(
    List<String> ladder,
    List<String> audience,
    double announcedPulls,
    Duration longestEncoding,
    int variantsPerLayer,
    int encoders,
    Duration patience,
    Duration giveUpAfter,
    Duration keep,
    Duration sweepEvery) {

  DecisionSettings {
    ladder = List.copyOf(ladder);
    audience = List.copyOf(audience);
    ladder.forEach(Encoding::parse);
    audience.forEach(Engine::parse);
    require(!audience.isEmpty(), "audience must name an engine, such as containerd-2.1");
    require(announcedPulls >= 1, "announced-pulls must be 1 or more, not " + announcedPulls);
    require(variantsPerLayer >= 1, "variants-per-layer must be 1 or more, not " + variantsPerLayer);
    require(encoders >= 1, "encoders must be 1 or more, not " + encoders);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("cts.decision." + otherwise);
    }
  }

  List<Encoding> encodings() {
    return ladder.stream().map(Encoding::parse).toList();
  }

  List<Engine> engines() {
    return audience.stream().map(Engine::parse).toList();
  }
}
