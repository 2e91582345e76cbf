package io.cts.cache.registry;

import io.cts.blobs.BlobReader;
import io.cts.cache.agents.ServedLayers;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.Variant;
import io.cts.cache.deltas.DeltaOffers;
import io.cts.cache.deltas.DeltaOffers.Offer;
import io.cts.cache.observe.Caller;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.observe.Transfers.Transfer;
import io.cts.cache.registry.BlobSender.Cut;
import io.cts.cache.registry.BlobSender.Mismatch;
import io.cts.cache.registry.RegistryPath.BlobPath;
import io.cts.cache.registry.StoredBlobs.Exchange;
import io.cts.cache.upstream.BlobFetches.NotStored;
import io.cts.codec.MalformedLayer;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerFeatures;
import io.cts.contract.PullId;
import io.cts.contract.TransferObserved.Source;
import io.cts.cost.EncodingChoice;
import io.cts.cost.LayerState;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v2/NAME/blobs/DIGEST}. A blob is served only to those who may read a manifest of that repository that it
 * belongs to. A layer asked for by diffID travels in the encoding that suits the caller.
 */
final class BlobEndpoint {
  /**
   * With it a range counts encoded bytes: of the variant that it names by digest or encoding, or with {@link #ANY} of the
   * one that is chosen.
   */
  static final String VARIANT = "CTS-Variant";
  static final String ANY = "any";

  private final Catalog catalog;
  private final BlobReader blobs;
  private final ReadableBlobs readable;
  private final LayerVariants variants;
  private final PullTracker pulls;
  private final ServedLayers served;
  private final DeltaOffers deltas;
  private final StoredBlobs stored;
  private final PlainLayers plain;
  private final UnreadLayers unread;

  BlobEndpoint(Catalog catalog, BlobReader blobs, ReadableBlobs readable, LayerVariants variants, PullTracker pulls,
      ServedLayers served, DeltaOffers deltas, PlainLayers plain, UnreadLayers unread, StoredBlobs stored) {
    this.catalog = catalog;
    this.blobs = blobs;
    this.readable = readable;
    this.variants = variants;
    this.pulls = pulls;
    this.served = served;
    this.deltas = deltas;
    this.stored = stored;
    this.plain = plain;
    this.unread = unread;
  }

  void serve(BlobPath path, Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var exchange = new Exchange(request, response);
    try {
      var variant = request.getHeader(VARIANT);
      if (caller.agent() != null && !exchange.isHead() && (variant != null || exchange.asksForAll())
          && unread.send(path.repository(), path.digest(), variant, caller, exchange)) {
        return;
      }
      var images = readable.imagesWith(path.repository(), path.digest());
      if (caller.agent() != null && !exchange.isHead()) { // before the last byte: its next request may count on it
        served.add(caller.agent(), path.digest(), path.repository());
      }
      response.setContentType("application/octet-stream");
      response.setHeader("Docker-Content-Digest", path.digest().toString());
      response.setHeader("Accept-Ranges", "bytes");
      var layer = layer(path.digest(), images);
      if (layer.isPresent()) {
        negotiated(path.repository(), layer.get(), images, caller, exchange);
      } else {
        exact(path.repository(), path.digest(), images, caller, exchange);
      }
    } catch (IOException e) {
      throw Answers.ofUpstream(e, OciError.BLOB_UNKNOWN);
    }
  }

  /** The upstream's blob that a layer is had from: one of these images', for another repository's upstream may not have it. */
  private Optional<LayerFeatures> layer(Digest diffId, Set<Digest> images) {
    var known = catalog.byDiffId(diffId);
    if (known.isEmpty() || !Collections.disjoint(catalog.imagesWith(known.get().layer()), images)) {
      return known;
    }
    return images.stream()
        .flatMap(image -> catalog.image(image).stream())
        .flatMap(image -> image.layers().stream())
        .flatMap(layer -> catalog.feature(layer.digest()).stream())
        .filter(layer -> layer.diffId().equals(diffId))
        .findFirst()
        .or(() -> known);
  }

  private void exact(Repository repository, Digest digest, Set<Digest> images, Caller caller, Exchange exchange)
      throws IOException {
    var variant = catalog.variant(digest);
    var layer = catalog.feature(digest);
    var form = variant.isPresent() ? Form.ZSTD : Form.ORIGINAL;
    var encoding = variant.map(Variant::encoding)
        .or(() -> layer.map(it -> LayerState.asStored(it).ownEncoding()))
        .orElse(null);
    var diffId = variant.map(Variant::diffId).or(() -> layer.map(LayerFeatures::diffId)).orElse(null);
    exchange.response().setHeader("ETag", "\"" + digest + "\"");
    exchange.response().setHeader("Cache-Control", "max-age=31536000, immutable");
    exchange.response().setHeader("CTS-Form", form.toString());
    if (exchange.request().getHeader(VARIANT) != null) {
      exchange.response().setHeader(VARIANT, digest.toString());
    }
    if (encoding != null) {
      exchange.response().setHeader("CTS-Encoding", encoding.toString());
    }
    if (notModified(exchange, "\"" + digest + "\"")) {
      return;
    }
    if (variant.isPresent() && diffId != null && blobs.size(digest).isEmpty()) {
      var source = layer(diffId, images);
      if (source.isPresent()) {
        plain.remake(repository, source.get(), variant.get(), digest);
      }
    }
    stored.send(repository, digest, true, exchange,
        (source, offset) -> new Transfer(caller, pull(caller, repository, images), first(images), repository, digest,
            diffId, form, encoding, offset, source, null, null));
  }

  private void negotiated(Repository repository, LayerFeatures layer, Set<Digest> images, Caller caller,
      Exchange exchange) throws IOException {
    var response = exchange.response();
    response.setHeader("Vary", "Accept-Encoding, CTS-Variant");
    response.setHeader("Cache-Control", "no-transform, max-age=31536000, immutable");
    response.setHeader("CTS-Form", Form.PLAIN.toString());
    var variant = exchange.request().getHeader(VARIANT);
    if (variant != null && !exchange.isHead() && encodedRange(repository, layer, images, caller, exchange, variant)) {
      return;
    }
    var plainTag = "\"" + layer.diffId() + "\"";
    var range = ByteRange.of(exchange.range(plainTag), layer.sizeBytes()).orElse(null);
    if (range != null || exchange.isHead()) {
      response.setHeader("ETag", plainTag);
      StoredBlobs.lengthHeaders(response, range, layer.sizeBytes());
      if (range != null) {
        part(repository, layer, range, exchange,
            transfer(repository, layer, images, caller, Encoding.IDENTITY, range.first(), null));
      }
      return;
    }
    var choice = variants.choose(caller, layer);
    if (caller.takesDeltas()) {
      var offer = deltas.offer(caller, repository, layer, choice);
      if (offer.isPresent()) {
        delta(repository, layer, images, caller, exchange, offer.get());
        return;
      }
    }
    var encoding = choice.encoding();
    response.setHeader("CTS-Encoding", encoding.toString());
    if (encoding.family() == CodecFamily.IDENTITY) {
      identity(repository, layer, images, caller, exchange, choice);
      return;
    }
    var tag = "\"" + layer.diffId() + "-" + encoding + "\"";
    response.setHeader("ETag", tag);
    if (notModified(exchange, tag)) {
      return;
    }
    response.setHeader("Content-Encoding", encoding.family().token());
    try {
      stored.send(repository, variants.bytes(layer, encoding), false, exchange,
          (source, offset) -> transfer(repository, layer,
              images, caller, encoding, offset, choice).from(source));
    } catch (Cut e) {
      throw e;
    } catch (IOException e) {
      if (response.isCommitted() || blobs.size(layer.diffId()).isEmpty()) {
        throw e;
      }
      // the upstream's own bytes are not to be had, and the layer is here
      response.setHeader("Content-Encoding", null);
      response.setHeader("CTS-Encoding", Encoding.IDENTITY.toString());
      identity(repository, layer, images, caller, exchange, choice);
    }
  }

  /**
   * Answers with a range of a variant's own bytes, which names the variant: so an agent fetches parts of it side by side,
   * and goes on where a connection broke.
   *
   * @return false where what was chosen is stored nowhere: its range is made as any other
   */
  private boolean encodedRange(Repository repository, LayerFeatures layer, Set<Digest> images, Caller caller,
      Exchange exchange, String variant) throws IOException {
    var choice = variant.equals(ANY) ? variants.choose(caller, layer) : null;
    var isNamedByEncoding = choice == null && variant.indexOf(':') < 0;
    if (caller.takesDeltas() && !isNamedByEncoding) {
      var offer = choice != null
          ? deltas.offer(caller, repository, layer, choice)
          : deltas.offered(caller, layer, RegistryPath.digest(variant));
      if (offer.isPresent()) {
        delta(repository, layer, images, caller, exchange, offer.get());
        return true;
      }
    }
    var encoding = choice != null ? choice.encoding() : variants.named(layer, variant);
    var isPlain = encoding.family() == CodecFamily.IDENTITY;
    if (isPlain && blobs.size(layer.diffId()).isEmpty()) {
      return false;
    }
    var bytes = isPlain ? layer.diffId() : variants.bytes(layer, encoding);
    var response = exchange.response();
    if (!isPlain) {
      response.setHeader("Content-Encoding", encoding.family().token());
    }
    response.setHeader("CTS-Encoding", encoding.toString());
    response.setHeader(VARIANT, bytes.toString());
    response.setHeader("ETag", "\"" + bytes + "\"");
    stored.send(repository, bytes, true, exchange, (source, offset) -> transfer(repository, layer, images, caller,
        encoding, offset, offset == 0 ? choice : null).from(source));
    return true;
  }

  /** For this agent alone: another holds other layers. */
  private void delta(Repository repository, LayerFeatures layer, Set<Digest> images, Caller caller, Exchange exchange,
      Offer offer) throws IOException {
    var response = exchange.response();
    response.setHeader("Vary", "Accept-Encoding, CTS-Agent");
    response.setHeader("Cache-Control", "private, no-transform");
    response.setHeader("CTS-Encoding", "delta-" + offer.effort());
    response.setHeader("ETag", "\"" + layer.diffId() + "-delta-" + offer.delta().abbreviated() + "\"");
    response.setHeader("Content-Encoding", AcceptEncoding.DELTA);
    var inRanges = exchange.request().getHeader(VARIANT) != null; // of the delta's bytes, whose name is asked for then
    if (inRanges) {
      response.setHeader(VARIANT, offer.delta().toString());
    }
    stored.send(repository, offer.delta(), inRanges, exchange,
        (source, offset) -> new Transfer(caller, pull(caller, repository, images), first(images), repository,
            layer.diffId(), layer.diffId(), Form.PLAIN, null, offset, source, null, null, offer.effort()));
  }

  private void identity(Repository repository, LayerFeatures layer, Set<Digest> images, Caller caller,
      Exchange exchange, EncodingChoice choice) throws IOException {
    var tag = "\"" + layer.diffId() + "\"";
    exchange.response().setHeader("ETag", tag);
    if (notModified(exchange, tag)) {
      return;
    }
    if (blobs.size(layer.diffId()).isPresent() || layer.storedAs() == CodecFamily.IDENTITY) {
      stored.send(repository, layer.diffId(), false, exchange, (source, offset) -> transfer(repository, layer, images,
          caller, Encoding.IDENTITY, offset, choice).from(source));
      return;
    }
    StoredBlobs.lengthHeaders(exchange.response(), null, layer.sizeBytes());
    try (var in = plain.whole(repository, layer)) {
      stored.inflated(in, layer.diffId(), null, exchange,
          transfer(repository, layer, images, caller, Encoding.IDENTITY, 0, choice));
    } catch (Cut e) {
      if (e.getCause() instanceof Mismatch || e.getCause() instanceof MalformedLayer) {
        plain.removeWrong(layer);
      }
      throw e;
    }
  }

  private void part(Repository repository, LayerFeatures layer, ByteRange range, Exchange exchange, Transfer transfer)
      throws IOException {
    try (var in = plain.part(repository, layer, range.first())) {
      stored.part(in, range.length(), exchange, transfer);
    } catch (NotStored e) { // a full disk: all of it is read, to know that it is right
      try (var in = plain.whole(repository, layer)) {
        stored.inflated(in, layer.diffId(), range, exchange, transfer);
      }
    }
  }

  private Transfer transfer(Repository repository, LayerFeatures layer, Set<Digest> images, Caller caller,
      Encoding encoding, long offset, @Nullable EncodingChoice choice) {
    var predicted = choice != null && choice.bandwidthMeasured() ? choice.predicted().transferSeconds() : null;
    return new Transfer(caller, pull(caller, repository, images), first(images), repository, layer.diffId(),
        layer.diffId(), Form.PLAIN, encoding, offset, Source.DISK, predicted,
        predicted == null ? null : variants.modelVersion());
  }

  private PullId pull(Caller caller, Repository repository, Set<Digest> images) {
    return pulls.current(caller.node(), images).orElseGet(() -> {
      var image = first(images);
      if (image == null) {
        return PullId.derived("unknown/" + caller.node() + "/" + repository);
      }
      return pulls.begin(caller, new ImageRef(repository.upstream(), repository.name(), null, image), image, null);
    });
  }

  private static @Nullable Digest first(Set<Digest> images) {
    return images.isEmpty() ? null : images.iterator().next();
  }

  private static boolean notModified(Exchange exchange, String tag) {
    if (!tag.equals(exchange.request().getHeader("If-None-Match"))) {
      return false;
    }
    exchange.response().setStatus(HttpServletResponse.SC_NOT_MODIFIED);
    return true;
  }
}
