package io.cts.client.agent;

import io.cts.client.agent.MirrorPath.MirroredName;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.MediaTypes;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/** Every blob that somebody wants: fetched once for all who want it at the same time, and kept for who comes later. */
final class Blobs {
  private final CtsLink cts;
  private final UpstreamOrigins upstreams;
  private final LayerStore store;
  private final KnownBlobs known;
  private final AgentLog log;
  private final Semaphore slots;
  private final Semaphore applying = new Semaphore(1);
  /** Encoding anew what cannot be read from anywhere takes memory, and a processor that pulls need more. */
  private final Semaphore keeping = new Semaphore(1);
  private final Map<Digest, Shared> underWay = new HashMap<>();

  /** @param parallel blobs in flight at once */
  Blobs(CtsLink cts, UpstreamOrigins upstreams, LayerStore store, KnownBlobs known, int parallel,
      AgentLog log) {
    this.cts = cts;
    this.upstreams = upstreams;
    this.store = store;
    this.known = known;
    this.slots = new Semaphore(parallel, true);
    this.log = log;
  }

  private static final class Shared {
    final Fetch fetch;
    int users;
    boolean kept;

    Shared(Fetch fetch) {
      this.fetch = fetch;
    }
  }

  /** A share in a fetch: when the last is closed, the fetch ends. */
  final class Lease implements Closeable {
    private final Digest digest;
    private final Shared shared;

    private Lease(Digest digest, Shared shared) {
      this.digest = digest;
      this.shared = shared;
    }

    Fetch fetch() {
      return shared.fetch;
    }

    /**
     * All of it was read from {@code transfer}, and was right: kept for who comes later, which may take a while, and then
     * closed.
     */
    void closeKeeping(Transfer transfer) {
      Thread.ofVirtual().name("keep " + digest.abbreviated()).start(() -> {
        try (this) {
          keep(transfer);
        } catch (IOException e) {
          log.say("blob " + digest + " could not be kept in the store: " + e.getMessage());
        }
      });
    }

    private void keep(Transfer transfer) throws IOException {
      var spool = transfer.spool();
      synchronized (Blobs.this) {
        if (spool == null || shared.kept) {
          return;
        }
        shared.kept = true;
      }
      keeping.acquireUninterruptibly();
      try {
        if (transfer instanceof DeltaTransfer) {
          store.keepSeekable(digest, spool, transfer.coding()); // plain, and not worth its room
        } else {
          store.keep(digest, spool, transfer.coding());
        }
      } finally {
        keeping.release();
      }
    }

    @Override
    public void close() throws IOException {
      synchronized (Blobs.this) {
        if (--shared.users > 0) {
          return;
        }
        underWay.remove(digest, shared);
      }
      shared.fetch.close();
    }
  }

  synchronized Lease lease(MirroredName name, Digest digest) {
    var shared = underWay.computeIfAbsent(digest,
        it -> new Shared(new Fetch(digest, origins(name, digest), slots, log)));
    shared.users++;
    return new Lease(digest, shared);
  }

  /** Whether nobody wants anything just now. */
  synchronized boolean isIdle() {
    return underWay.isEmpty();
  }

  private List<Origin> origins(MirroredName name, Digest digest) {
    return List.of(
        store.origin(digest),
        new CtsOrigin(cts, name, digest, CodecFamily.IDENTITY, store, applying),
        new CtsOrigin(cts, name, digest, CodecFamily.IDENTITY, store, null),
        ofOriginal("CTS, as its upstream has it,", digest,
            (original, coding) -> new CtsOrigin(cts, name, original.digest(), coding, store, null)),
        ofOriginal(name.upstream() + " itself", digest,
            (original, coding) -> upstreams.blob(name, original.digest(), coding, store)),
        upstreams.blob(name, digest, CodecFamily.IDENTITY, store));
  }

  @FunctionalInterface
  private interface FromOriginal {
    Origin of(Descriptor original, CodecFamily coding);
  }

  /** From the layer that a plain one was made from, if that is known by then. */
  private Origin ofOriginal(String name, Digest plain, FromOriginal from) {
    return new Origin() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Transfer begin() throws IOException {
        var original = known.original(plain)
            .orElseThrow(() -> new IOException("it is not known what it was made from"));
        var coding = MediaTypes.layerCodec(original.mediaType())
            .orElseThrow(() -> new IOException("it was made from " + original.mediaType()));
        return from.of(original, coding).begin();
      }
    };
  }

  /** What a blob's size is, without fetching it; empty where nobody can say. */
  OptionalLong size(MirroredName name, Digest digest) {
    var size = known.size(digest);
    if (size.isPresent()) {
      return size;
    }
    try (var reply = cts.ask("HEAD", cts.blob(name, digest), Map.of("Accept-Encoding", "identity"))) {
      var length = reply.header("Content-Length");
      return reply.status() == 200 && length != null && length.matches("\\d{1,18}")
          ? OptionalLong.of(Long.parseLong(length))
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty(); // whoever fetches it will learn it
    }
  }
}
