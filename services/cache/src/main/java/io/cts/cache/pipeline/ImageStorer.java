package io.cts.cache.pipeline;

import io.cts.blobs.BlobReader;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.choice.UntouchedImages;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.ImageConfig;
import io.cts.oci.ImageIndex;
import io.cts.oci.MalformedManifest;
import io.cts.oci.Manifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings an image into the blob store, whole and verified. */
final class ImageStorer {
  private static final Platform USUAL = new Platform("linux", "amd64", null);

  private final Repositories repositories;
  private final BlobFetches fetches;
  private final BlobReader blobs;
  private final UntouchedImages untouched;

  ImageStorer(Repositories repositories, BlobFetches fetches, BlobReader blobs, UntouchedImages untouched) {
    this.repositories = repositories;
    this.fetches = fetches;
    this.blobs = blobs;
    this.untouched = untouched;
  }

  /** @param index the index that the image was chosen from; absent where the reference names an image directly */
  record Stored(StoredImage image, @Nullable Digest index) {}

  /** The index holds no image for the platform. */
  static final class PlatformMissing extends IOException {
    private static final long serialVersionUID = 1;

    PlatformMissing(String message) {
      super(message);
    }
  }

  /** @param platform absent: linux/amd64 of an index */
  Stored store(ImageRef name, @Nullable Platform platform) throws IOException {
    var repository = Repository.of(name);
    var top = name.digest() != null
        ? name.digest()
        : repositories.resolve(repository, Objects.requireNonNull(name.tag()));
    var document = ManifestDocument.parse(repositories.manifest(repository, top));
    if (document instanceof ImageIndex index) {
      var child = choose(name, index, platform == null ? USUAL : platform);
      if (ManifestDocument.parse(repositories.manifest(repository, child.digest())) instanceof Manifest manifest) {
        return new Stored(store(repository, manifest, child.platform(), top), top);
      }
      throw new MalformedManifest("index", "manifests", "its entry " + child.digest() + " is an index, too");
    }
    return new Stored(store(repository, (Manifest) document, null, null), null);
  }

  private static Descriptor choose(ImageRef name, ImageIndex index, Platform platform) throws PlatformMissing {
    return index.choose(platform)
        .orElseThrow(() -> new PlatformMissing("tried to find " + platform + " in " + name
            + " but it holds only " + index.manifests()
                .stream()
                .filter(entry -> !entry.isAttestation())
                .map(entry -> String.valueOf(entry.platform()))
                .collect(Collectors.joining(", "))
            + "; ask for one of these"));
  }

  private StoredImage store(Repository repository, Manifest manifest, @Nullable Platform listed, @Nullable Digest index)
      throws IOException {
    var leftAsIs = untouched.why(repository, manifest, index);
    var fetching = new ArrayList<BlobFetches.Fetch>();
    var wanted = new ArrayList<>(manifest.layers()
        .stream()
        .filter(it -> it.urls().isEmpty()
            && !MediaTypes.isForeignLayer(it.mediaType()))
        .toList());
    wanted.addFirst(manifest.config());
    for (var blob : wanted) {
      if (blobs.size(blob.digest()).isEmpty()) {
        fetching.add(fetches.fetch(repository, blob.digest()));
        if (fetching.size() % 4 == 0) {
          fetching.get(fetching.size() - 4).await(); // about four at once, as engines do
        }
      }
    }
    for (var fetch : fetching) {
      fetch.await();
    }
    for (var blob : wanted) {
      checkSize(blob);
    }
    return new StoredImage(manifest.digest(), manifest.config().digest(), manifest.config().sizeBytes(),
        platform(manifest, listed), layers(manifest), manifest.annotations(), leftAsIs);
  }

  private void checkSize(Descriptor blob) throws IOException {
    var size = blobs.size(blob.digest());
    if (size.isPresent() && size.get() != blob.sizeBytes()) {
      throw new MalformedManifest("manifest", "size", "it says that " + blob.digest() + " has " + blob.sizeBytes()
          + " bytes, it has " + size.get());
    }
  }

  private Platform platform(Manifest manifest, @Nullable Platform listed) throws IOException {
    if (!manifest.isImage() || manifest.config().sizeBytes() > ImageConfig.MOST_BYTES) {
      return listed == null ? USUAL : listed;
    }
    try (var blob = blobs.open(manifest.config().digest()); var in = blob.from(0)) {
      var stated = ImageConfig.parse(in.readAllBytes()).platform();
      return stated != null ? stated : listed == null ? USUAL : listed;
    }
  }

  private static List<StoredLayer> layers(Manifest manifest) {
    return manifest.layers()
        .stream()
        .map(layer -> new StoredLayer(layer.digest(), layer.mediaType(), layer.sizeBytes()))
        .toList();
  }
}
