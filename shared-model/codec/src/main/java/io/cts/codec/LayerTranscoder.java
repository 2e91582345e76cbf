package io.cts.codec;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Turns a layer in one encoding into the same layer in another, in one pass and bounded memory: one thread decodes, one
 * hashes the plain bytes, and the caller's encodes and hashes what comes out. A transcoder is used once.
 */
public final class LayerTranscoder {
  private static final int SLABS = 16;
  private static final int SLAB_BYTES = 256 << 10;

  /** Both ends of a layer that was transcoded. */
  public record Transcoded(Digest plain, long plainBytes, Digest encoded, long encodedBytes) {}

  private final InputStream source;
  private final CodecFamily storedAs;
  private final DecodeBounds bounds;
  private final Encoding wanted;
  private final BlockingQueue<Slab> free = new ArrayBlockingQueue<>(SLABS);
  private final BlockingQueue<Slab> toHash = new ArrayBlockingQueue<>(SLABS + 1);
  private final BlockingQueue<Slab> toEncode = new ArrayBlockingQueue<>(SLABS + 1);
  private final Slab end = new Slab(0);
  private volatile @Nullable Throwable failure;

  /**
   * @param source the encoded layer; stays open
   * @param storedAs what {@code source} is encoded in
   * @param bounds of the decoding
   */
  public LayerTranscoder(InputStream source, CodecFamily storedAs, DecodeBounds bounds, Encoding wanted) {
    this.source = source;
    this.storedAs = storedAs;
    this.bounds = bounds;
    this.wanted = wanted;
    for (var i = 0; i < SLABS; i++) {
      free.add(new Slab(SLAB_BYTES));
    }
  }

  /**
   * Writes the layer in the wanted encoding to {@code sink}, which stays open. After an exception {@code sink} holds a
   * part of it, no thread is left running and the source is somewhere.
   *
   * @throws MalformedLayer if the source cannot be decoded
   * @throws IOException of the source or the sink
   * @throws InterruptedIOException if the calling thread is interrupted; it stays so
   */
  public Transcoded transcodeTo(OutputStream sink) throws IOException {
    var plainHash = Digest.Algorithm.SHA256.newHash();
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("transcode-", 0).factory())) {
      try {
        threads.execute(this::decode);
        return encode(sink, threads.submit(() -> hash(plainHash)), plainHash);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted while transcoding a layer").initCause(e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("hashing failed", e);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private void decode() {
    try {
      try (var plain = Codecs.of(storedAs).decoder(new Unclosed(source), bounds)) {
        var more = true;
        while (more) {
          var slab = free.take();
          slab.length = plain.readNBytes(slab.bytes, 0, slab.bytes.length);
          more = slab.length == slab.bytes.length;
          if (slab.length > 0) {
            slab.readers.set(2);
            toHash.add(slab);
            toEncode.add(slab);
          }
        }
      }
    } catch (Throwable e) { // an Error too: the caller has to hear of it
      failure = e;
    } finally {
      toHash.add(end);
      toEncode.add(end);
    }
  }

  private void hash(MessageDigest plainHash) {
    try {
      for (var slab = toHash.take(); slab != end; slab = toHash.take()) {
        plainHash.update(slab.bytes, 0, slab.length);
        release(slab);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller gave up; its own exception tells why
    }
  }

  private Transcoded encode(OutputStream sink, Future<?> hashing, MessageDigest plainHash)
      throws IOException, InterruptedException, ExecutionException {
    var counted = new HashingOutput(sink);
    var plainBytes = 0L;
    var encoder = Codecs.of(wanted.family()).encoder(counted, wanted.level());
    try (encoder) {
      for (var slab = toEncode.take(); slab != end; slab = toEncode.take()) {
        encoder.write(slab.bytes, 0, slab.length);
        plainBytes += slab.length;
        release(slab);
      }
      throwFailure();
    }
    hashing.get();
    return new Transcoded(Digest.finished(plainHash.digest()), plainBytes, counted.digest(), counted.bytes());
  }

  private void throwFailure() throws IOException {
    switch (failure) {
      case null -> {
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
