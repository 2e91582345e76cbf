package io.cts.cache.registry;

import io.cts.blobs.BlobWriter;
import io.cts.blobs.Upload;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.Variant;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.observe.Caller;
import io.cts.cache.observe.Transfers;
import io.cts.cache.observe.Transfers.Transfer;
import io.cts.cache.registry.BlobSender.Cut;
import io.cts.cache.residence.Residents;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerTranscoder;
import io.cts.codec.LayerTranscoder.Transcoded;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers that an agent asks for by diffID before anybody has read them: the upstream's gzip is inflated, hashed and encoded
 * as zstd while it comes, at the level that keeps the link full, and what was sent stays as a variant.
 */
final class FirstPulls {
  private static final Logger LOG = LoggerFactory.getLogger(FirstPulls.class);

  private final Catalog catalog;
  private final CatalogStore store;
  private final BlobWriter blobs;
  private final PlainLayers layers;
  private final Residents residents;
  private final WriteBehind writes;
  private final Transfers transfers;
  private final Clock clock;
  /** Each takes three threads: the rest is served the original. */
  private final Semaphore processors = new Semaphore(Runtime.getRuntime().availableProcessors());
  private final FirstPullLevels levels;

  FirstPulls(Catalog catalog, CatalogStore store, BlobWriter blobs, PlainLayers layers, Residents residents,
      WriteBehind writes, Transfers transfers, FirstPullLevels levels, Clock clock) {
    this.catalog = catalog;
    this.store = store;
    this.blobs = blobs;
    this.layers = layers;
    this.residents = residents;
    this.writes = writes;
    this.transfers = transfers;
    this.levels = levels;
    this.clock = clock;
  }

  /**
   * Sends a layer that nobody has read yet, if there is a processor for it and the link gains by it; else false.
   *
   * @param layer the upstream's gzip blob
   * @param diffId that it is claimed to decode to
   * @param describe the transfer, by its encoding
   * @throws Cut if it does not decode to that, or something breaks on the way
   */
  boolean send(Repository repository, Digest layer, Digest diffId, Caller caller, HttpServletResponse response,
      Function<Encoding, Transfer> describe) throws IOException {
    var level = levels.of(caller.node());
    if (level.isEmpty() || !processors.tryAcquire()) {
      return false;
    }
    try (var in = layers.stored(repository, layer)) {
      var encoding = Encoding.zstd(level.getAsInt());
      UnreadLayers.headers(response, diffId, encoding);
      send(in, layer, diffId, encoding, response, describe.apply(encoding));
      return true;
    } finally {
      processors.release();
    }
  }

  private void send(InputStream in, Digest layer, Digest diffId, Encoding encoding, HttpServletResponse response,
      Transfer transfer) throws IOException {
    var startedAt = clock.instant();
    var began = System.nanoTime();
    var upload = begin();
    var out = new HeldOutput(response.getOutputStream(), upload);
    try {
      var made = new LayerTranscoder(in, CodecFamily.GZIP, DecodeBounds.LAYER, encoding).transcodeTo(out);
      if (!made.diffId().equals(diffId)) {
        throw new IOException("layer " + layer + " decodes to " + made.diffId() + " and not to " + diffId
            + ", as its image's configuration claims");
      }
      out.release();
      var seconds = (System.nanoTime() - began) / 1e9;
      transfers.observed(transfer, startedAt, made.encodedBytes(), true, null); // encoding is in the time, too
      levels.learn(transfer.caller().node(), out.sentBytes, out.sendingSeconds() / seconds);
      keep(out.upload, made, layer, encoding, seconds);
    } catch (IOException e) {
      transfers.observed(transfer, startedAt, out.sentBytes, false, null);
      throw new Cut(out.sentBytes, e);
    } finally {
      if (upload != null) {
        upload.close();
      }
    }
  }

  /** Nothing where the store is full: it is sent all the same. */
  private @Nullable Upload begin() {
    try {
      return blobs.begin();
    } catch (IOException e) {
      LOG.warn("a layer is transcoded and not kept: {}", e.getMessage());
      return null;
    }
  }

  private void keep(@Nullable Upload upload, Transcoded made, Digest layer, Encoding encoding, double seconds) {
    if (upload == null) {
      return;
    }
    try {
      upload.commit(made.encoded());
      var variant = new Variant(made.diffId(), encoding, layer, Codecs.version(encoding), made.encoded(),
          made.encodedBytes());
      catalog.add(variant);
      writes.later(() -> store.save(variant, null));
      residents.stored(made.encoded(), made.encodedBytes(), seconds);
    } catch (IOException e) {
      LOG.warn("{} of {} was sent and not kept: {}", encoding, made.diffId(), e.getMessage());
    }
  }

  /** To the client and into the store; the last block waits until the digest is known. */
  private static final class HeldOutput extends OutputStream {
    private static final int BLOCK_BYTES = 128 << 10;
    private final OutputStream out;
    private @Nullable Upload upload;
    private final byte[] held = new byte[BLOCK_BYTES];
    private int count;
    private long sentBytes;
    private long sendingNanos;

    HeldOutput(OutputStream out, @Nullable Upload upload) {
      this.out = out;
      this.upload = upload;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (var done = 0; done < length;) {
        if (count == held.length) {
          release();
        }
        var part = Math.min(length - done, held.length - count);
        System.arraycopy(bytes, offset + done, held, count, part);
        count += part;
        done += part;
      }
    }

    void release() throws IOException {
      var began = System.nanoTime();
      out.write(held, 0, count);
      sendingNanos += System.nanoTime() - began;
      sentBytes += count;
      keep();
      count = 0;
    }

    /** A store that is full does not end the transfer. */
    private void keep() throws IOException {
      if (upload == null) {
        return;
      }
      try {
        upload.write(held, 0, count);
      } catch (IOException e) {
        LOG.warn("a layer is transcoded and not kept: {}", e.getMessage());
        upload.close();
        upload = null;
      }
    }

    double sendingSeconds() {
      return sendingNanos / 1e9;
    }
  }
}
