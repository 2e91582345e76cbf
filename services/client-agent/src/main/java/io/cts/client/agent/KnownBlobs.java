package io.cts.client.agent;

import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Manifest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the manifests that passed through here say of blobs: how large they are, and what a plain layer was made from. */
final class KnownBlobs {
  private static final int MOST = 20_000;

  /** A manifest is one answer away. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<Digest, Long> sizes = bounded();
  private final Map<Digest, CompletableFuture<Descriptor>> originals = bounded();

  private static <V> Map<Digest, V> bounded() {
    return Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Digest, V> eldest) {
        return size() > MOST;
      }
    });
  }

  void note(Manifest manifest) {
    sizes.put(manifest.config().digest(), manifest.config().sizeBytes());
    manifest.layers().forEach(layer -> sizes.put(layer.digest(), layer.sizeBytes()));
  }

  /** What its layers were made from is being asked for: who wants to know waits for {@link #pair} or {@link #unpaired}. */
  void expect(Manifest made) {
    made.layers()
        .forEach(layer -> originals.compute(layer.digest(),
            (_, before) -> before == null || before.isCompletedExceptionally() ? new CompletableFuture<>() : before));
  }

  /** A made manifest and the one that it was made from: their layers are the same, one by one. */
  void pair(Manifest made, Manifest original) {
    for (var i = 0; i < Math.min(made.layers().size(), original.layers().size()); i++) {
      pair(made.layers().get(i).digest(), original.layers().get(i));
    }
  }

  private void pair(Digest made, Descriptor original) {
    if (!made.equals(original.digest())) {
      var expected = originals.put(made, CompletableFuture.completedFuture(original));
      if (expected != null) {
        expected.complete(original);
      }
    }
  }

  /** What its layers were made from did not come; what was known of them before stays. */
  void unpaired(Manifest made) {
    for (var layer : made.layers()) {
      var expected = originals.get(layer.digest());
      if (expected != null) {
        expected.cancel(false);
      }
    }
  }

  OptionalLong size(Digest digest) {
    var size = sizes.get(digest);
    return size == null ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** The upstream's layer that a plain one was made from. */
  Optional<Descriptor> original(Digest plain) throws IOException {
    var expected = originals.get(plain);
    try {
      return expected == null
          ? Optional.empty()
          : Optional.of(expected.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("waiting for what " + plain + " was made from was given up", e);
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      return Optional.empty();
    }
  }
}
