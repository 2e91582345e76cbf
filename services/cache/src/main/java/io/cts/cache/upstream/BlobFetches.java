package io.cts.cache.upstream;

import io.cts.blobs.BlobWriter;
import io.cts.blobs.Upload;
import io.cts.cache.catalog.Repository;
import io.cts.cache.residence.Residents;
import io.cts.contract.Digest;
import io.cts.oci.BlobStream;
import io.cts.oci.Upstreams;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches blobs into the store, each once however many want it; whoever wants one reads along while it comes. A blob
 * that does not hash to its digest is never stored.
 */
public final class BlobFetches {
  private static final Logger LOG = LoggerFactory.getLogger(BlobFetches.class);
  private static final int BUFFER_BYTES = 256 << 10;

  private final BlobWriter blobs;
  private final Upstreams upstreams;
  private final Residents residents;
  private final ConcurrentMap<Digest, Fetch> flying = new ConcurrentHashMap<>();

  public BlobFetches(BlobWriter blobs, Upstreams upstreams, Residents residents) {
    this.blobs = blobs;
    this.upstreams = upstreams;
    this.residents = residents;
  }

  /** A blob on its way into the store. */
  public static final class Fetch {
    private final Repository repository;
    private final CompletableFuture<Source> source = new CompletableFuture<>();
    private final CompletableFuture<Void> stored = new CompletableFuture<>();

    private Fetch(Repository repository) {
      this.repository = repository;
    }

    /** Whether it was begun for {@code repository}: the blob may lie elsewhere, too. */
    public boolean isFrom(Repository repository) {
      return this.repository.equals(repository);
    }

    /** Waits until the upstream answers. */
    public Source source() throws IOException {
      return Waiting.orThrow(source);
    }

    /** Waits until the blob is stored, whole and verified. */
    public void await() throws IOException {
      Waiting.orThrow(stored);
    }
  }

  /**
   * @param totalBytes of the whole blob, or {@link BlobStream#UNKNOWN}
   * @param upload to follow
   */
  public record Source(long totalBytes, Upload upload) {}

  /** The fetch that is under way for {@code digest}, begun now from {@code repository} if there is none. */
  public Fetch fetch(Repository repository, Digest digest) {
    var mine = new Fetch(repository);
    var other = flying.putIfAbsent(digest, mine);
    if (other != null) {
      return other;
    }
    Thread.ofVirtual().name("fetch " + digest.abbreviated()).start(() -> run(repository, digest, mine));
    return mine;
  }

  /** The store could not take the bytes: a full disk. The upstream is well, and who waits may read from it directly. */
  public static final class NotStored extends IOException {
    private static final long serialVersionUID = 1;

    NotStored(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The blob straight from its upstream, unchecked and kept nowhere; to be closed by the caller. */
  public BlobStream direct(Repository repository, Digest digest) throws IOException {
    return upstreams.named(repository.upstream()).blob(repository.name(), digest, 0);
  }

  /** Its bytes from {@code offset} on, where the upstream need not send those before. */
  public BlobStream end(Repository repository, Digest digest, long offset) throws IOException {
    return upstreams.named(repository.upstream()).end(repository.name(), digest, offset);
  }

  private void run(Repository repository, Digest digest, Fetch fetch) {
    try (var in = direct(repository, digest)) {
      store(in, digest, fetch);
      flying.remove(digest, fetch);
      fetch.stored.complete(null);
    } catch (IOException | RuntimeException | Error e) { // or its followers would wait for ever
      LOG.warn("blob {} of {} was not stored: {}", digest, repository, e.getMessage());
      flying.remove(digest, fetch);
      fetch.source.completeExceptionally(e);
      fetch.stored.completeExceptionally(e);
    }
  }

  private void store(BlobStream in, Digest digest, Fetch fetch) throws IOException {
    var began = System.nanoTime();
    try (var upload = begin()) {
      fetch.source.complete(new Source(in.totalBytes(), upload));
      var buffer = new byte[BUFFER_BYTES];
      for (int count; (count = read(in, buffer, upload)) >= 0;) {
        write(upload, buffer, count);
      }
      upload.commit(digest);
      residents.stored(digest, upload.sizeBytes(), (System.nanoTime() - began) / 1e9);
    }
  }

  private Upload begin() throws NotStored {
    try {
      return blobs.begin();
    } catch (IOException e) {
      throw new NotStored(e);
    }
  }

  private static int read(BlobStream in, byte[] buffer, Upload upload) throws IOException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      upload.abort(e);
      throw e;
    }
  }

  private static void write(Upload upload, byte[] buffer, int count) throws IOException {
    try {
      upload.write(buffer, 0, count);
    } catch (IOException e) {
      upload.abort(e);
      throw new NotStored(e);
    }
  }
}
