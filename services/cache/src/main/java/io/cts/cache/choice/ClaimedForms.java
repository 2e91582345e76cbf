package io.cts.cache.choice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobReader;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.Repository;
import io.cts.cache.observe.Caller;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.SingleFlight;
import io.cts.cache.upstream.Waiting;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Form;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.ImageIndex;
import io.cts.oci.Manifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain form of images that nobody has read yet, for agents: their layers are encoded while they come. A layer's digest
 * is the one that the configuration claims, its size the one that its gzip ends with (RFC 1952, section 2.3.1, ISIZE: of
 * the last member, modulo 4 GiB). Whoever sends a layer finds out what was not so; the image is then answered as it is until
 * it was read.
 */
public final class ClaimedForms {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedForms.class);
  /** Nobody waits longer for what is a gain and no need. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  /** What an engine was told has nothing to take its place. */
  private static final Duration PATIENCE_FOR_WHAT_WAS_TOLD = Duration.ofSeconds(20);
  private static final Duration REMEMBERED = Duration.ofHours(1);
  private static final int MOST_IMAGES = 10_000;
  private static final int ISIZE_BYTES = 4;
  /** To hold 4 GiB, and so a size that gzip states wrongly, it would have to compress to a sixteenth and less. */
  private static final long MOST_LAYER_BYTES = 256L << 20;
  /** Of what deflate stores as it is: a header of 5 bytes to a block (RFC 1951, section 3.2.4), of 16 KiB and more. */
  private static final double MOST_GROWTH = 1.001;
  /** What deflate can do at best, with a header and a trailer around it. */
  private static final double MOST_SHRINKING = 1032;
  private static final int TAR_BLOCK_BYTES = 512;

  private final Catalog catalog;
  private final Repositories repositories;
  private final BlobReader blobs;
  private final BlobFetches fetches;
  private final ClaimedLayers claims;
  private final FirstPullLevels levels;
  private final UntouchedImages untouched;
  private final SingleFlight<Key, Optional<MadeManifest>> flights = new SingleFlight<>();
  private final Cache<Key, Optional<MadeManifest>> known = remembering();
  private final Cache<Digest, MadeManifest> made = remembering();
  private final Cache<Digest, String> wrong = remembering();

  /**
   * @param platform whose image of an index it is; absent for an image's own manifest
   * @param wasTold for somebody who was answered it before
   */
  private record Key(Digest original, @Nullable Platform platform, boolean wasTold) {}

  public ClaimedForms(Catalog catalog, Repositories repositories, BlobReader blobs, BlobFetches fetches,
      ClaimedLayers claims, FirstPullLevels levels, UntouchedImages untouched) {
    this.catalog = catalog;
    this.repositories = repositories;
    this.blobs = blobs;
    this.fetches = fetches;
    this.claims = claims;
    this.levels = levels;
    this.untouched = untouched;
  }

  private static <K, V> Cache<K, V> remembering() {
    return Caffeine.newBuilder().maximumSize(MOST_IMAGES).expireAfterWrite(REMEMBERED).build();
  }

  /**
   * The manifest, or the index that lists it, where the caller's link gains by it and the claims are there and plausible.
   *
   * @param original manifest or index
   */
  Optional<MadeManifest> of(Caller caller, Repository repository, RawManifest original) throws IOException {
    return levels.of(caller.node()).isEmpty() ? Optional.empty() : made(caller, repository, original, false);
  }

  /** The same for an agent that was answered it before, maybe by another process: whatever came between. */
  public Optional<MadeManifest> again(Caller caller, Repository repository, RawManifest original) throws IOException {
    return made(caller, repository, original, true);
  }

  private Optional<MadeManifest> made(Caller caller, Repository repository, RawManifest original, boolean wasTold)
      throws IOException {
    var key = new Key(original.digest(), MediaTypes.isIndex(original.mediaType()) ? caller.platform() : null, wasTold);
    var before = known.getIfPresent(key);
    if (before != null) {
      return before;
    }
    try {
      return Waiting.orThrow(flights.of(key, () -> make(caller, repository, original, key)),
          wasTold ? PATIENCE_FOR_WHAT_WAS_TOLD : PATIENCE);
    } catch (TimeoutException e) {
      LOG.info("nobody knows in time what the layers of {} hold: it is answered as it is", original.digest());
      return Optional.empty();
    }
  }

  /** What was answered under that digest. */
  public Optional<MadeManifest> made(Digest digest) {
    return Optional.ofNullable(made.getIfPresent(digest));
  }

  /** Takes back what was said of an image that turned out to be another. */
  public void refuse(Digest image, String why) {
    LOG.warn("{} is answered as it is until it was read: {}", image, why);
    wrong.put(image, why);
    known.asMap().values().removeIf(it -> it.isPresent());
  }

  /** A layer of it was read: is it as long as was said? */
  public void check(Digest image, Digest diffId, long plainBytes) {
    for (var manifest : made.asMap().values()) {
      if (manifest.original().equals(image) && manifest.engineClass() == null
          && layers(manifest).stream()
              .anyMatch(it -> it.digest().equals(diffId) && it.sizeBytes() != plainBytes)) {
        refuse(image, "layer " + diffId + " has " + plainBytes + " bytes, and its gzip says otherwise");
      }
    }
  }

  private static List<Descriptor> layers(MadeManifest manifest) {
    try {
      return Manifest.parse(manifest.raw()).layers();
    } catch (IOException e) {
      throw new IllegalStateException("CTS made a manifest that it cannot read: " + manifest.digest(), e);
    }
  }

  private Optional<MadeManifest> make(Caller caller, Repository repository, RawManifest original, Key key) {
    Optional<MadeManifest> result;
    try {
      result = switch (ManifestDocument.parse(original)) {
        case Manifest manifest -> plain(caller, repository, manifest, null, key.wasTold());
        case ImageIndex index -> index(caller, repository, index, key);
      };
    } catch (IOException | RuntimeException e) { // whatever it is, the original is there
      LOG.info("what the layers of {} hold is not known before they are read: {}", original.digest(), e.getMessage());
      result = Optional.empty();
    }
    result.ifPresent(it -> made.put(it.digest(), it));
    if (result.isPresent() || !key.wasTold()) { // who was told asks until it is there
      known.put(key, result);
    }
    return result;
  }

  private Optional<MadeManifest> index(Caller caller, Repository repository, ImageIndex index, Key key)
      throws IOException {
    var child = key.platform() == null ? Optional.<Descriptor>empty() : index.choose(key.platform());
    if (child.isEmpty()
        || !(ManifestDocument
            .parse(repositories.manifest(repository, child.get().digest())) instanceof Manifest image)) {
      return Optional.empty();
    }
    var plain = plain(caller, repository, image, index.raw().digest(), key.wasTold());
    plain.ifPresent(it -> made.put(it.digest(), it));
    return plain.map(it -> IndexForms.with(index, it, caller.engineClass()));
  }

  /** @param index that lists it */
  private Optional<MadeManifest> plain(Caller caller, Repository repository, Manifest image, @Nullable Digest index,
      boolean wasTold) throws IOException {
    var form = wasTold ? Optional.<Form>empty() : catalog.form(image.digest(), caller.engineClass());
    var stored = catalog.image(image.digest());
    if (wrong.getIfPresent(image.digest()) != null || form.filter(it -> it != Form.PLAIN).isPresent()
        || stored.filter(it -> it.leftAsIs() != null).isPresent()
        || stored.isEmpty() && untouched.why(repository, image, index) != null) {
      return Optional.empty();
    }
    var read = catalog.made(image.digest(), Form.PLAIN);
    if (read.isPresent()) {
      return read;
    }
    var diffIds = claims.of(repository, image.config());
    if (diffIds.size() != image.layers().size()) {
      return Optional.empty();
    }
    var sizes = new ArrayList<CompletableFuture<Long>>();
    for (var layer : image.layers()) {
      var size = new CompletableFuture<Long>();
      sizes.add(size);
      Thread.ofVirtual().name("end of " + layer.digest().abbreviated()).start(() -> {
        try {
          size.complete(plainBytes(repository, layer));
        } catch (IOException | RuntimeException | Error e) {
          size.completeExceptionally(e);
        }
      });
    }
    var layers = new ArrayList<Descriptor>();
    for (var i = 0; i < sizes.size(); i++) {
      layers.add(new Descriptor(MediaTypes.OCI_LAYER, diffIds.get(i), Waiting.orThrow(sizes.get(i))));
    }
    return Optional.of(ManifestMaker.plain(image, layers));
  }

  private long plainBytes(Repository repository, Descriptor layer) throws IOException {
    var features = catalog.feature(layer.digest());
    if (features.isPresent()) {
      return features.get().sizeBytes();
    }
    var codec = MediaTypes.layerCodec(layer.mediaType());
    if (codec.filter(CodecFamily.IDENTITY::equals).isPresent()) {
      return layer.sizeBytes();
    }
    if (codec.filter(CodecFamily.GZIP::equals).isEmpty() || layer.sizeBytes() > MOST_LAYER_BYTES
        || layer.sizeBytes() < ISIZE_BYTES) {
      throw new IOException("nothing says how large layer " + layer.digest() + " is");
    }
    var size = Integer.toUnsignedLong(
        ByteBuffer.wrap(end(repository, layer)).order(ByteOrder.LITTLE_ENDIAN).getInt());
    if (size % TAR_BLOCK_BYTES != 0 || size * MOST_GROWTH < layer.sizeBytes() - TAR_BLOCK_BYTES
        || size > layer.sizeBytes() * MOST_SHRINKING) {
      throw new IOException("layer " + layer.digest() + " of " + layer.sizeBytes() + " bytes cannot be a tar of "
          + size + " bytes, as its gzip says");
    }
    return size;
  }

  private byte[] end(Repository repository, Descriptor layer) throws IOException {
    var offset = layer.sizeBytes() - ISIZE_BYTES;
    byte[] bytes;
    try (var blob = blobs.open(layer.digest()); var in = blob.from(offset)) {
      bytes = in.readNBytes(ISIZE_BYTES);
    } catch (BlobMissing e) {
      try (var in = fetches.end(repository, layer.digest(), offset)) {
        bytes = in.readNBytes(ISIZE_BYTES);
      }
    }
    if (bytes.length < ISIZE_BYTES) {
      throw new IOException("layer " + layer.digest() + " has fewer bytes than its manifest says");
    }
    return bytes;
  }
}
