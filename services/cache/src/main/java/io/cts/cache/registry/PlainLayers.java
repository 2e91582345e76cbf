package io.cts.cache.registry;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobWriter;
import io.cts.blobs.Upload;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.Variant;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.BlobFetches.NotStored;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerTranscoder;
import io.cts.codec.SeekableZstd;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A layer's plain bytes from any offset, from whatever is the cheapest that is there: the plain tar, a zstd variant with
 * its seek table, the upstream's own blob; the last from the upstream itself where nothing is.
 */
final class PlainLayers {
  private final Catalog catalog;
  private final BlobWriter blobs;
  private final BlobFetches fetches;
  private final BlobChecks checks;
  private final Map<Digest, Lock> remaking = new ConcurrentHashMap<>();

  PlainLayers(Catalog catalog, BlobWriter blobs, BlobFetches fetches, BlobChecks checks) {
    this.checks = checks;
    this.catalog = catalog;
    this.blobs = blobs;
    this.fetches = fetches;
  }

  /** From {@code offset} on, of bytes that are known to be right: parts are sent before the rest is read. To be closed. */
  InputStream part(Repository repository, LayerFeatures layer, long offset) throws IOException {
    return from(repository, layer, offset, true);
  }

  /** All of it, for a reader who hashes it. To be closed by the caller. */
  InputStream whole(Repository repository, LayerFeatures layer) throws IOException {
    return from(repository, layer, 0, false);
  }

  private InputStream from(Repository repository, LayerFeatures layer, long offset, boolean isPart)
      throws IOException {
    if (blobs.size(layer.diffId()).isPresent()) {
      return opened(layer.diffId(), isPart, blob -> blob.from(offset));
    }
    for (var entry : catalog.variants(layer.diffId()).entrySet()) {
      Encoding encoding = entry.getKey();
      var variant = entry.getValue().variant();
      if (encoding.family() == CodecFamily.ZSTD && variant != null && blobs.size(variant).isPresent()) {
        return opened(variant, isPart, blob -> SeekableZstd.of(blob.sizeBytes(), blob::from).from(offset));
      }
    }
    var stored = isPart ? known(repository, layer.layer()) : stored(repository, layer.layer());
    var plain = Codecs.of(layer.storedAs()).decoder(stored, DecodeBounds.LAYER);
    try {
      plain.skipNBytes(offset);
      return plain;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  /** What was read of the layer was wrong: what is stored of it, and is not what its name says, is removed. */
  void removeWrong(LayerFeatures layer) throws IOException {
    checks.removeIfWrong(layer.diffId());
    checks.removeIfWrong(layer.layer());
    for (var variant : catalog.variants(layer.diffId()).values()) {
      if (variant.variant() != null) {
        checks.removeIfWrong(variant.variant());
      }
    }
  }

  @FunctionalInterface
  private interface Opening {
    InputStream of(Blob blob) throws IOException;
  }

  private InputStream opened(Digest digest, boolean isPart, Opening opening) throws IOException {
    var blob = blobs.open(digest);
    try {
      if (isPart) {
        checks.verified(blob);
      }
      return closingBoth(opening.of(blob), blob);
    } catch (IOException | RuntimeException e) {
      blob.close();
      throw e;
    }
  }

  /**
   * Encodes an evicted variant that a served manifest names once more: the same library makes the same bytes. Whoever asks
   * for the variant meanwhile waits for this one.
   *
   * @throws IOException if it cannot be made, or the library that made it was another version and its bytes differ
   */
  void remake(Repository repository, LayerFeatures layer, Variant variant, Digest expected) throws IOException {
    var lock = remaking.computeIfAbsent(expected, _ -> new ReentrantLock());
    lock.lock();
    try {
      if (blobs.size(expected).isPresent()) {
        return;
      }
      var isPlain = blobs.size(layer.layer()).isEmpty() && blobs.size(layer.diffId()).isPresent();
      try (var in = stored(repository, isPlain ? layer.diffId() : layer.layer()); var upload = blobs.begin()) {
        var storedAs = isPlain ? CodecFamily.IDENTITY : layer.storedAs();
        new LayerTranscoder(in, storedAs, DecodeBounds.LAYER, variant.encoding()).transcodeTo(sink(upload));
        upload.commit(expected);
      }
    } finally {
      lock.unlock();
      remaking.remove(expected);
    }
  }

  static OutputStream sink(Upload upload) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[]{(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        upload.write(bytes, offset, length);
      }
    };
  }

  /** The upstream's blob as it is, for a reader who hashes what it decodes to: from the store, or as it comes. To be closed. */
  InputStream stored(Repository repository, Digest layer) throws IOException {
    try {
      return opened(layer, false, blob -> blob.from(0));
    } catch (BlobMissing e) {
      try {
        return coming(repository, layer);
      } catch (NotStored full) {
        return fetches.direct(repository, layer);
      }
    }
  }

  /** The same, known to be right but for its last block, which comes when all of it is. */
  private InputStream known(Repository repository, Digest layer) throws IOException {
    try {
      return opened(layer, true, blob -> blob.from(0));
    } catch (BlobMissing e) {
      return coming(repository, layer);
    }
  }

  private InputStream coming(Repository repository, Digest layer) throws IOException {
    return fetches.fetch(repository, layer).source().upload().follow(0, StoredBlobs.HELD_BACK_BYTES);
  }

  private static InputStream closingBoth(InputStream in, Blob blob) {
    return new FilterInputStream(in) {
      @Override
      public void close() throws IOException {
        try (blob) {
          super.close();
        }
      }
    };
  }
}
