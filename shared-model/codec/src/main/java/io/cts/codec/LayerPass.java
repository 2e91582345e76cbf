package io.cts.codec;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One pass over an encoded layer in bounded memory: one thread decodes, one hashes the plain bytes, and the caller's
 * reads them. A pass is made once.
 */
public final class LayerPass {
  private static final int SLAB_BYTES = 256 << 10;
  private static final int SLABS = 32; // two frames of zstd's quick levels: decoding goes on while one is encoded

  /** Takes the plain bytes in their order. The buffer is not to be changed, nor to be kept after the call. */
  @FunctionalInterface
  public interface PlainReader {
    void read(byte[] buffer, int offset, int length) throws IOException;
  }

  /** The layer's tar. */
  public record Plain(Digest diffId, long bytes) {}

  private final InputStream source;
  private final CodecFamily storedAs;
  private final DecodeBounds bounds;
  private final BlockingQueue<Slab> free = new ArrayBlockingQueue<>(SLABS);
  private final BlockingQueue<Slab> toHash = new ArrayBlockingQueue<>(SLABS + 1);
  private final BlockingQueue<Slab> toRead = new ArrayBlockingQueue<>(SLABS + 1);
  private final Slab end = new Slab(0);
  private volatile @Nullable Throwable failure;
  private int slabs;

  /**
   * @param source the encoded layer; stays open
   * @param storedAs what {@code source} is encoded in
   * @param bounds of the decoding
   */
  public LayerPass(InputStream source, CodecFamily storedAs, DecodeBounds bounds) {
    this.source = source;
    this.storedAs = storedAs;
    this.bounds = bounds;
  }

  /**
   * Hands all plain bytes to {@code reader}, on the calling thread. After an exception no thread is left running, once
   * the source's own {@code read} has returned.
   *
   * @throws MalformedLayer if the source cannot be decoded
   * @throws IOException of the source or the reader
   * @throws InterruptedIOException if the calling thread is interrupted; it stays so
   */
  public Plain readBy(PlainReader reader) throws IOException {
    var hash = Digest.Algorithm.SHA256.newHash();
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("layer-pass-", 0).factory())) {
      try {
        threads.execute(this::decode);
        return read(reader, threads.submit(() -> hash(hash)), hash);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted while reading a layer").initCause(e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("hashing failed", e);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private void decode() {
    try (var plain = Codecs.of(storedAs).decoder(new Unclosed(source), bounds)) {
      var more = true;
      while (more) {
        var slab = freeSlab();
        slab.length = plain.readNBytes(slab.bytes, 0, slab.bytes.length);
        more = slab.length == slab.bytes.length;
        if (slab.length > 0) {
          slab.readers.set(2);
          toHash.add(slab);
          toRead.add(slab);
        }
      }
    } catch (Throwable e) { // an Error too: the caller has to hear of it
      failure = e;
    } finally {
      toHash.add(end);
      toRead.add(end);
    }
  }

  /** Only the decoding thread makes slabs, so that a small layer takes few. */
  private Slab freeSlab() throws InterruptedException {
    var slab = free.poll();
    if (slab == null && slabs < SLABS) {
      slabs++;
      return new Slab(SLAB_BYTES);
    }
    return slab == null ? free.take() : slab;
  }

  private void hash(MessageDigest hash) {
    try {
      for (var slab = toHash.take(); slab != end; slab = toHash.take()) {
        hash.update(slab.bytes, 0, slab.length);
        release(slab);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller gave up; its own exception tells why
    }
  }

  private Plain read(PlainReader reader, Future<?> hashing, MessageDigest hash)
      throws IOException, InterruptedException, ExecutionException {
    var bytes = 0L;
    for (var slab = toRead.take(); slab != end; slab = toRead.take()) {
      reader.read(slab.bytes, 0, slab.length);
      bytes += slab.length;
      release(slab);
    }
    switch (failure) {
      case null -> {
        hashing.get();
        return new Plain(Digest.finished(hash.digest()), bytes);
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private void release(Slab slab) {
    if (slab.readers.decrementAndGet() == 0) {
      free.add(slab);
    }
  }

  /** A buffer on its way from the decoding thread to the two others, and back when both have read it. */
  private static final class Slab {
    final byte[] bytes;
    final AtomicInteger readers = new AtomicInteger();
    int length;

    Slab(int bytes) {
      this.bytes = new byte[bytes];
    }
  }
}
