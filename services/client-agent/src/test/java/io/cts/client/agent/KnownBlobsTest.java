package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A layer may be asked for before it is known what it was made from. */
class KnownBlobsTest {
  private static final Descriptor GZIP = layer(MediaTypes.OCI_LAYER_GZIP, 1);
  private static final Descriptor PLAIN = layer(MediaTypes.OCI_LAYER, 2);

  private final KnownBlobs known = new KnownBlobs();

  @Test
  void whoever_asks_waits_for_an_answer_that_is_under_way() throws Exception {
    known.expect(manifest(PLAIN));
    var asked = CompletableFuture.supplyAsync(this::original);
    assertThat(asked).isNotDone();

    known.pair(manifest(PLAIN), manifest(GZIP));

    assertThat(asked.get()).contains(GZIP);
    known.unpaired(manifest(PLAIN)); // of another manifest with the same layer
    known.expect(manifest(PLAIN));
    assertThat(original()).contains(GZIP);
  }

  @Test
  void nobody_waits_for_what_did_not_come_or_was_never_asked_for() throws Exception {
    assertThat(original()).isEmpty();

    known.expect(manifest(PLAIN));
    var asked = CompletableFuture.supplyAsync(this::original);
    known.unpaired(manifest(PLAIN));

    assertThat(asked.get()).isEmpty();
    assertThat(original()).isEmpty();
    known.pair(manifest(PLAIN), manifest(GZIP));
    assertThat(original()).contains(GZIP);
  }

  private Optional<Descriptor> original() {
    try {
      return known.original(PLAIN.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Manifest manifest(Descriptor layer) throws IOException {
    return Manifest.parse(Documents.manifest(layer(MediaTypes.OCI_CONFIG, 3), List.of(layer), Map.of()));
  }

  private static Descriptor layer(String mediaType, int content) {
    return new Descriptor(mediaType, Digest.sha256(new byte[]{(byte) content}), 1);
  }
}
