package io.cts.cache.registry;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Hashes blocks on another thread while their owner sends them. Blocks go round: {@link #free} gives one that may be
 * filled anew, and waits where hashing is behind. Used by one thread.
 */
final class HashBeside {
  private static final int BLOCK_BYTES = 128 << 10;
  /** One is read, one sent, and two wait to be hashed. */
  private static final int BLOCKS = 4;

  private final Digest.Algorithm algorithm;
  private final MessageDigest hash;
  private final Executor threads;
  private final byte[][] blocks = new byte[BLOCKS][];
  private final CompletableFuture<?>[] hashed = new CompletableFuture<?>[BLOCKS];
  private CompletableFuture<?> latest = CompletableFuture.completedFuture(null);
  private int current = -1;

  HashBeside(Digest.Algorithm algorithm, Executor threads) {
    this.algorithm = algorithm;
    this.hash = algorithm.newHash();
    this.threads = threads;
  }

  /** The next block, which nobody uses any more. What was in it has to be sent by now. */
  byte[] free() throws IOException {
    current = (current + 1) % BLOCKS;
    if (hashed[current] != null) {
      await(hashed[current]);
    }
    if (blocks[current] == null) { // most blobs are small
      blocks[current] = new byte[BLOCK_BYTES];
    }
    return blocks[current];
  }

  /** Adds the first {@code count} bytes of the block that {@link #free} gave last; they must not change. */
  void add(byte[] block, int count) {
    latest = latest.thenRunAsync(() -> hash.update(block, 0, count), threads);
    hashed[current] = latest;
  }

  /** Of all that was added. */
  Digest digest() throws IOException {
    await(latest);
    return new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
  }

  private static void await(CompletableFuture<?> done) throws IOException {
    try {
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a blob was hashed");
    } catch (ExecutionException e) {
      throw new IOException("hashing a blob failed", e.getCause());
    }
  }
}
