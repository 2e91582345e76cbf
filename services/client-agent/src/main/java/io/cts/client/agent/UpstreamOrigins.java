package io.cts.client.agent;

import io.cts.client.agent.MirrorPath.MirroredName;
import io.cts.client.agent.Transfer.Spooled;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.BlobStream;
import io.cts.oci.RawManifest;
import io.cts.oci.Reference;
import io.cts.oci.Upstream;
import io.cts.oci.UpstreamFailure;
import io.cts.oci.Upstreams;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The registries that images come from, for when CTS cannot help. */
final class UpstreamOrigins implements Closeable {
  private static final int BLOCK = 64 << 10;

  private final Map<String, String> urls;
  private final Map<String, Upstream> opened = new ConcurrentHashMap<>();

  /** @param urls of those that are not where their name says, by name */
  UpstreamOrigins(Map<String, String> urls) {
    this.urls = new HashMap<>(Upstreams.wellKnown());
    this.urls.putAll(urls);
  }

  private Upstream of(MirroredName name) throws IOException {
    try {
      return opened.computeIfAbsent(name.upstream(),
          it -> Upstreams.parse(it, urls.getOrDefault(it, "https://" + it)));
    } catch (IllegalArgumentException e) {
      throw new IOException("upstream " + name.upstream() + " cannot be asked: " + e.getMessage(), e);
    }
  }

  RawManifest manifest(MirroredName name, Reference reference) throws IOException {
    return of(name).manifest(name.repository(), reference);
  }

  /** @param storedAs what the blob must be decoded with to be what is wanted */
  Origin blob(MirroredName name, Digest digest, CodecFamily storedAs, LayerStore store) {
    return new Origin() {
      @Override
      public String name() {
        return name.upstream() + " itself";
      }

      @Override
      public Transfer begin() throws IOException {
        return begun(of(name).blob(name.repository(), digest, 0), storedAs, store);
      }
    };
  }

  private static Transfer begun(BlobStream in, CodecFamily storedAs, LayerStore store) throws IOException {
    var spool = store.spool();
    if (in.totalBytes() != BlobStream.UNKNOWN) {
      spool.totalIs(in.totalBytes());
    }
    var wire = new AtomicLong();
    return new Spooled(storedAs, null, spool, () -> copy(in, spool, wire), wire::get, in);
  }

  private static void copy(BlobStream in, Spool spool, AtomicLong wire) throws IOException {
    try (in) {
      var block = new byte[BLOCK];
      for (int count; (count = in.read(block)) >= 0;) {
        if (spool.isFailed()) {
          throw new IOException("nobody wants it any more");
        }
        spool.write(wire.get(), block, count);
        wire.addAndGet(count);
      }
    }
    if (spool.total() == Spool.UNKNOWN) {
      spool.ends();
    }
  }

  /** The distribution specification's error for it. */
  static MirrorFailure failure(IOException e, String unknown) {
    var message = String.valueOf(e.getMessage());
    return switch (e) {
      case MirrorFailure failure -> failure;
      case UpstreamFailure.NotFound _ -> new MirrorFailure(404, unknown, message, e);
      case UpstreamFailure.Unauthorized _ -> new MirrorFailure(401, "UNAUTHORIZED", message, e);
      case UpstreamFailure.Forbidden _ -> new MirrorFailure(403, "DENIED", message, e);
      case UpstreamFailure.RateLimited _ -> new MirrorFailure(429, "TOOMANYREQUESTS", message, e);
      default -> new MirrorFailure(503, "UNAVAILABLE", message, e);
    };
  }

  @Override
  public void close() {
    opened.values().forEach(Upstream::close);
  }
}
