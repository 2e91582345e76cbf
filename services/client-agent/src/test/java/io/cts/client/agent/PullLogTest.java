package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.agent.PullLog.Pull;
import io.cts.contract.Digest;
import io.cts.contract.Form;
import io.cts.contract.PullId;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.Manifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PullLogTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private static Pull pull() throws Exception {
    var some = Digest.sha256(new byte[0]);
    var manifest = Documents.manifest(new Descriptor(MediaTypes.OCI_CONFIG, some, 2),
        List.of(new Descriptor(MediaTypes.OCI_LAYER_GZIP, some, 2)), Map.of());
    return new Pull(PullId.derived("a pull"), Form.PLAIN, (Manifest) ManifestDocument.parse(manifest), 0);
  }

  @Test
  void a_pull_is_not_over_while_a_layer_travels_however_long_that_takes() throws Exception {
    var pull = pull();
    pull.lastAt = 1; // a first layer came
    pull.underWay = 1;
    assertThat(pull.isOver(MINUTE)).isFalse();

    pull.underWay = 0;
    pull.lastAt = MINUTE;
    assertThat(pull.isOver(MINUTE + 1)).isFalse(); // the engine may ask for another
    assertThat(pull.isOver(2 * MINUTE)).isTrue();
  }

  @Test
  void a_pull_that_asked_for_nothing_yet_is_not_over() throws Exception {
    assertThat(pull().isOver(MINUTE)).isFalse();
  }
}
