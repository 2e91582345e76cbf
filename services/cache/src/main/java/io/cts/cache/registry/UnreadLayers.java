package io.cts.cache.registry;

import io.cts.blobs.BlobReader;
import io.cts.cache.agents.ServedLayers;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.Variant;
import io.cts.cache.choice.ClaimedLayers;
import io.cts.cache.choice.ClaimedLayers.Claimed;
import io.cts.cache.observe.Caller;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.observe.Transfers.Transfer;
import io.cts.cache.registry.StoredBlobs.Exchange;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.TransferObserved.Source;
import io.cts.oci.MediaTypes;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layers that an agent asks for by the diffIDs that their image claims, before anybody has read them: as zstd, made while
 * it is sent or kept from an earlier time.
 */
final class UnreadLayers {
  private final Catalog catalog;
  private final BlobReader blobs;
  private final Sightings sightings;
  private final ServedLayers served;
  private final PullTracker pulls;
  private final ClaimedLayers claims;
  private final FirstPulls firstPulls;
  private final StoredBlobs stored;

  UnreadLayers(Catalog catalog, BlobReader blobs, Sightings sightings, ServedLayers served, PullTracker pulls,
      ClaimedLayers claims, FirstPulls firstPulls, StoredBlobs stored) {
    this.catalog = catalog;
    this.blobs = blobs;
    this.sightings = sightings;
    this.served = served;
    this.pulls = pulls;
    this.claims = claims;
    this.firstPulls = firstPulls;
    this.stored = stored;
  }

  /**
   * Sends the layer; false, and nothing sent, where that cannot be.
   *
   * @param variant that a range is asked for of: an encoding, of one that was answered before; any, of none
   */
  boolean send(Repository repository, Digest diffId, @Nullable String variant, Caller caller, Exchange exchange)
      throws IOException {
    var resumed = variant == null || variant.equals(BlobEndpoint.ANY) ? null : variant;
    if (resumed != null) {
      firstPulls.awaitOver(diffId, resumed);
    }
    if (isRead(repository, diffId) || !caller.accepts().contains(CodecFamily.ZSTD)) {
      return false;
    }
    var claimed = claims.find(repository, diffId).filter(it -> sightings.allows(repository, it.image())).orElse(null);
    if (claimed == null || !isGzip(claimed)) {
      return false;
    }
    if (caller.agent() != null) {
      served.add(caller.agent(), claimed.layer().digest(), repository);
    }
    var kept = kept(diffId, claimed.layer().digest(), resumed);
    if (kept.isPresent()) {
      var encoding = kept.get().encoding();
      headers(exchange.response(), diffId, encoding);
      if (variant != null) {
        exchange.response().setHeader(BlobEndpoint.VARIANT, kept.get().digest().toString());
      }
      stored.send(repository, kept.get().digest(), variant != null, exchange,
          (source, offset) -> transfer(repository, claimed, diffId, caller, encoding, offset, source));
      return true;
    }
    var making = resumed != null
        ? Optional.<FirstPulls.Making>empty()
        : firstPulls.of(repository, claimed, diffId, caller.node());
    return making.isPresent() && firstPulls.send(making.get(), diffId, exchange.response(),
        transfer(repository, claimed, diffId, caller, making.get().encoding(), 0, Source.UPSTREAM));
  }

  /** As a layer of an image that the repository's readers may read: other repositories' layers are none of its own. */
  private boolean isRead(Repository repository, Digest diffId) {
    return catalog.byDiffId(diffId).isPresent()
        && catalog.imagesWith(diffId).stream().anyMatch(image -> sightings.allows(repository, image));
  }

  private static boolean isGzip(Claimed claimed) {
    return MediaTypes.layerCodec(claimed.layer().mediaType()).equals(Optional.of(CodecFamily.GZIP));
  }

  private record Kept(Encoding encoding, Digest digest) {
    boolean isNamed(String variant) {
      return variant.equals(encoding.toString()) || variant.equals(digest.toString());
    }
  }

  /**
   * The one of that name, or any. Made from {@code layer} itself: that an image claims a diffID gives nobody what another's
   * layer decodes to.
   */
  private Optional<Kept> kept(Digest diffId, Digest layer, @Nullable String name) throws IOException {
    for (Variant variant : catalog.variants(diffId).values()) {
      var bytes = variant.variant();
      if (variant.layer().equals(layer) && variant.encoding().family() == CodecFamily.ZSTD && bytes != null
          && blobs.size(bytes).isPresent()) {
        var kept = new Kept(variant.encoding(), bytes);
        if (name == null || kept.isNamed(name)) {
          return Optional.of(kept);
        }
      }
    }
    return Optional.empty();
  }

  /** An answer of a length that nobody knows yet names its variant by the encoding. */
  static void headers(HttpServletResponse response, Digest diffId, Encoding encoding) {
    response.setContentType("application/octet-stream");
    response.setHeader("Docker-Content-Digest", diffId.toString());
    response.setHeader("Vary", "Accept-Encoding, CTS-Variant");
    response.setHeader("Cache-Control", "no-transform, max-age=31536000, immutable");
    response.setHeader("CTS-Form", Form.PLAIN.toString());
    response.setHeader("CTS-Encoding", encoding.toString());
    response.setHeader("Content-Encoding", encoding.family().token());
    response.setHeader(BlobEndpoint.VARIANT, encoding.toString());
    response.setHeader("ETag", "\"" + diffId + "-" + encoding + "\"");
  }

  private Transfer transfer(Repository repository, Claimed claimed, Digest diffId, Caller caller, Encoding encoding,
      long offset, Source source) {
    var image = new ImageRef(repository.upstream(), repository.name(), null, claimed.image());
    var pull = pulls.current(caller.node(), Set.of(claimed.image()))
        .orElseGet(() -> pulls.begin(caller, image, claimed.image(), null));
    return new Transfer(caller, pull, claimed.image(), repository, diffId, diffId, Form.PLAIN, encoding, offset, source,
        null, null);
  }
}
