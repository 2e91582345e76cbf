package io.cts.cache.registry;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobPruner;
import io.cts.cache.upstream.SingleFlight;
import io.cts.cache.upstream.Waiting;
import io.cts.contract.Digest;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether stored bytes are what their name says. Those that are not are removed: the upstream has them. */
final class BlobChecks {
  private static final Logger LOG = LoggerFactory.getLogger(BlobChecks.class);
  private static final int BLOCK_BYTES = 256 << 10;

  private final BlobPruner blobs;
  private final Set<Digest> sending = ConcurrentHashMap.newKeySet();
  private final SingleFlight<Digest, Boolean> reading = new SingleFlight<>();

  BlobChecks(BlobPruner blobs) {
    this.blobs = blobs;
  }

  /** Whether the caller is the one who hashes the blob while he sends it: {@link #sent} is to follow. */
  boolean beginSending(Blob blob) {
    return sending.add(blob.digest());
  }

  void sent(Blob blob) {
    sending.remove(blob.digest());
  }

  /**
   * Reads the blob once, however many want to know, unless it was found right before.
   *
   * @throws BlobMissing where it was wrong, and is gone now
   */
  void verified(Blob blob) throws IOException {
    if (!blob.verified() && !Waiting.orThrow(reading.of(blob.digest(), () -> isRight(blob)))) {
      removeIfWrong(blob.digest());
      throw new BlobMissing(blob.digest());
    }
  }

  /** What is stored under {@code digest} now, which may be other bytes than those that somebody found wrong. */
  void removeIfWrong(Digest digest) throws IOException {
    try (var stored = blobs.open(digest)) {
      if (isRight(stored)) {
        return;
      }
    } catch (BlobMissing e) {
      return;
    }
    LOG.warn("the stored bytes of blob {} are not what they were: removed, to be fetched again", digest);
    blobs.delete(digest);
  }

  private static boolean isRight(Blob blob) throws IOException {
    var hash = blob.digest().algorithm().newHash();
    try (var in = blob.from(0)) {
      var block = new byte[(int) Math.min(BLOCK_BYTES, blob.sizeBytes() + 1)];
      for (int count; (count = in.read(block)) >= 0;) {
        hash.update(block, 0, count);
      }
    }
    var right = HexFormat.of().formatHex(hash.digest()).equals(blob.digest().hex());
    if (right) {
      blob.markVerified();
    }
    return right;
  }
}
