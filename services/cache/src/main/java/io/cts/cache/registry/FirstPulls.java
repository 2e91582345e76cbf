package io.cts.cache.registry;

import io.cts.blobs.BlobWriter;
import io.cts.blobs.Upload;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.Variant;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.choice.ClaimedForms;
import io.cts.cache.choice.ClaimedLayers.Claimed;
import io.cts.cache.choice.FirstPullLevels;
import io.cts.cache.observe.Transfers;
import io.cts.cache.observe.Transfers.Transfer;
import io.cts.cache.registry.BlobSender.Cut;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.Waiting;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerTranscoder;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.NodeId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers that an agent asks for by diffID before anybody has read them: the upstream's gzip is inflated, hashed and encoded
 * as zstd while it comes, at the level that keeps the link full, once however many ask. What is made goes into the store,
 * and whoever asked reads along: a client that goes away finds it there when it comes again.
 */
final class FirstPulls {
  private static final Logger LOG = LoggerFactory.getLogger(FirstPulls.class);
  private static final int BLOCK_BYTES = 128 << 10;
  /** Less than what a client waits for an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Catalog catalog;
  private final CatalogStore store;
  private final BlobWriter blobs;
  private final PlainLayers layers;
  private final Residents residents;
  private final WriteBehind writes;
  private final Transfers transfers;
  private final Clock clock;
  /** Of the heap, so that what lies beside it, about five times as much as a making has in it, has room as well. */
  private static final long HEAP_BYTES_EACH = 32L << 20;

  /** Each takes three threads and some memory: the rest is served the original. */
  private final Semaphore processors = new Semaphore((int) Math.clamp(
      Runtime.getRuntime().maxMemory() / HEAP_BYTES_EACH, 1, Runtime.getRuntime().availableProcessors()));
  private final FirstPullLevels levels;
  private final ClaimedForms claimed;
  private final ConcurrentMap<Layer, Making> underWay = new ConcurrentHashMap<>();

  /**
   * @param stored the upstream's gzip blob
   * @param diffId that it is claimed to decode to
   */
  private record Layer(Digest stored, Digest diffId) {}

  /** A layer that is being encoded. */
  static final class Making {
    private final Encoding encoding;
    private final CompletableFuture<Upload> upload = new CompletableFuture<>();
    /** What was made is kept, or nothing is. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private Making(Encoding encoding) {
      this.encoding = encoding;
    }

    Encoding encoding() {
      return encoding;
    }
  }

  FirstPulls(Catalog catalog, CatalogStore store, BlobWriter blobs, PlainLayers layers, Residents residents,
      WriteBehind writes, Transfers transfers, FirstPullLevels levels, ClaimedForms claimed, Clock clock) {
    this.catalog = catalog;
    this.store = store;
    this.blobs = blobs;
    this.layers = layers;
    this.residents = residents;
    this.writes = writes;
    this.transfers = transfers;
    this.levels = levels;
    this.claimed = claimed;
    this.clock = clock;
  }

  /**
   * The making of a layer that nobody has read yet, begun now if it is not under way, there is a processor for it and the
   * node's link gains by it.
   */
  Optional<Making> of(Repository repository, Claimed layer, Digest diffId, NodeId node) {
    var key = new Layer(layer.layer().digest(), diffId);
    var other = underWay.get(key);
    if (other != null) {
      return Optional.of(other);
    }
    var level = levels.of(node);
    if (level.isEmpty() || !processors.tryAcquire()) {
      return Optional.empty();
    }
    var mine = new Making(Encoding.zstd(level.getAsInt()));
    other = underWay.putIfAbsent(key, mine);
    if (other != null) {
      processors.release();
      return Optional.of(other);
    }
    Thread.ofVirtual().name("first pull of " + diffId.abbreviated()).start(() -> {
      try {
        make(repository, layer, diffId, mine);
        underWay.remove(key, mine);
        mine.over.complete(null);
      } catch (IOException | RuntimeException | Error e) {
        LOG.warn("layer {} of {} was not encoded while it came: {}", key.stored(), repository, e.getMessage());
        underWay.remove(key, mine);
        mine.upload.completeExceptionally(e);
        mine.over.complete(null);
      } finally {
        processors.release();
      }
    });
    return Optional.of(mine);
  }

  private void make(Repository repository, Claimed layer, Digest diffId, Making making) throws IOException {
    var stored = layer.layer().digest();
    var encoding = making.encoding;
    var began = System.nanoTime();
    try (var in = layers.stored(repository, stored); var upload = blobs.begin()) {
      making.upload.complete(upload);
      var made = new LayerTranscoder(in, CodecFamily.GZIP, DecodeBounds.LAYER, encoding)
          .transcodeTo(PlainLayers.sink(upload));
      if (!made.diffId().equals(diffId)) {
        var why = "layer " + stored + " decodes to " + made.diffId() + " and not to " + diffId
            + ", as its image's configuration claims";
        claimed.refuse(layer.image(), why);
        throw new IOException(why);
      }
      claimed.check(layer.image(), diffId, made.plainBytes());
      upload.commit(made.encoded());
      var variant = new Variant(diffId, encoding, stored, Codecs.version(encoding), made.encoded(),
          made.encodedBytes());
      catalog.add(variant);
      writes.later(() -> store.save(variant, null));
      residents.stored(made.encoded(), made.encodedBytes(), (System.nanoTime() - began) / 1e9);
    }
  }

  /**
   * Waits a while until what is under way for {@code diffId} in that encoding is kept, or has failed.
   *
   * @param variant as {@link UnreadLayers#headers} names it
   * @throws RegistryException UNAVAILABLE if it still is under way after that
   */
  void awaitOver(Digest diffId, String variant) throws IOException {
    for (var entry : underWay.entrySet()) {
      if (entry.getKey().diffId().equals(diffId) && entry.getValue().encoding.toString().equals(variant)) {
        try {
          Waiting.orThrow(entry.getValue().over, PATIENCE);
        } catch (TimeoutException e) {
          throw new RegistryException(OciError.UNAVAILABLE, "layer " + diffId + " is still being encoded; ask again",
              AGAIN, e);
        }
      }
    }
  }

  /**
   * Sends a layer while it is made; the last block comes when all of it is known to be right. False where it could not be
   * begun, and nothing was sent.
   *
   * @throws Cut if it is not what was claimed, or something breaks on the way
   */
  boolean send(Making making, Digest diffId, HttpServletResponse response, Transfer transfer) throws IOException {
    Upload upload;
    try {
      upload = Waiting.orThrow(making.upload);
    } catch (IOException e) {
      return false; // said by who tried: a full disk, an upstream that is away
    }
    var startedAt = clock.instant();
    var began = System.nanoTime();
    var sent = 0L;
    var sendingNanos = 0L;
    try (var in = upload.follow(0, StoredBlobs.HELD_BACK_BYTES)) {
      UnreadLayers.headers(response, diffId, making.encoding);
      var out = response.getOutputStream();
      var block = new byte[BLOCK_BYTES];
      for (int count; (count = in.read(block)) >= 0; sent += count) {
        var before = System.nanoTime();
        out.write(block, 0, count);
        sendingNanos += System.nanoTime() - before;
      }
    } catch (IOException e) {
      transfers.observed(transfer, startedAt, sent, false, null);
      throw new Cut(sent, e);
    }
    transfers.observed(transfer, startedAt, sent, true, null); // encoding is in the time, too
    levels.learn(transfer.caller().node(), sent, (double) sendingNanos / (System.nanoTime() - began));
    return true;
  }
}
