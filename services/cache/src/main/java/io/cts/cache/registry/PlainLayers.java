package io.cts.cache.registry;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobWriter;
import io.cts.blobs.Upload;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.Variant;
import io.cts.cache.upstream.BlobFetches;
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
  private final Map<Digest, Lock> remaking = new ConcurrentHashMap<>();

  PlainLayers(Catalog catalog, BlobWriter blobs, BlobFetches fetches) {
    this.catalog = catalog;
    this.blobs = blobs;
    this.fetches = fetches;
  }

  /** To be closed by the caller. */
  InputStream from(Repository repository, LayerFeatures layer, long offset) throws IOException {
    if (blobs.size(layer.diffId()).isPresent()) {
      var blob = blobs.open(layer.diffId());
      return closingBoth(blob.from(offset), blob);
    }
    for (var entry : catalog.variants(layer.diffId()).entrySet()) {
      Encoding encoding = entry.getKey();
      var variant = entry.getValue().variant();
      if (encoding.family() == CodecFamily.ZSTD && variant != null && blobs.size(variant).isPresent()) {
        var blob = blobs.open(variant);
        return closingBoth(SeekableZstd.of(blob.sizeBytes(), blob::from).from(offset), blob);
      }
    }
    var plain = Codecs.of(layer.storedAs()).decoder(stored(repository, layer.layer()), DecodeBounds.LAYER);
    plain.skipNBytes(offset);
    return plain;
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
      try (var in = stored(repository, layer.layer()); var upload = blobs.begin()) {
        new LayerTranscoder(in, layer.storedAs(), DecodeBounds.LAYER, variant.encoding()).transcodeTo(sink(upload));
        upload.commit(expected);
      }
    } finally {
      lock.unlock();
      remaking.remove(expected);
    }
  }

  private static OutputStream sink(Upload upload) {
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

  /** The upstream's blob as it is: from the store, or as it comes. To be closed by the caller. */
  InputStream stored(Repository repository, Digest layer) throws IOException {
    try {
      var blob = blobs.open(layer);
      return closingBoth(blob.from(0), blob);
    } catch (BlobMissing e) {
      return fetches.fetch(repository, layer).source().upload().follow(0, 0);
    }
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
