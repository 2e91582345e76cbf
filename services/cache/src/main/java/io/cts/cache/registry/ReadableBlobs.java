package io.cts.cache.registry;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.choice.ClaimedLayers;
import io.cts.cache.learning.Learner;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.Digest;
import io.cts.oci.UpstreamFailure;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/** Which blobs anonymous may read in a repository: those of the manifests that it was seen to hold lately. */
final class ReadableBlobs {
  /** Old images may be gone one by one; nobody waits for hundreds of questions. */
  private static final int MOST_ASKED = 4;

  private final Catalog catalog;
  private final BlobFetches fetches;
  private final Repositories repositories;
  private final Sightings sightings;
  private final Learner learner;
  private final ClaimedLayers claims;

  ReadableBlobs(Catalog catalog, BlobFetches fetches, Repositories repositories, Sightings sightings,
      Learner learner, ClaimedLayers claims) {
    this.catalog = catalog;
    this.fetches = fetches;
    this.repositories = repositories;
    this.sightings = sightings;
    this.learner = learner;
    this.claims = claims;
  }

  /**
   * The images of the repository that the blob belongs to; asks the upstream where CTS does not know. None where only the
   * upstream knows.
   *
   * @throws RegistryException BLOB_UNKNOWN
   */
  Set<Digest> imagesWith(Repository repository, Digest blob) throws IOException {
    var images = known(repository, blob);
    if (images.isEmpty() && learner.lookAgain(blob)) {
      images = known(repository, blob); // which another process has stored or made
    }
    if (images.isEmpty() && isStillReadable(repository, blob)) {
      images = known(repository, blob);
    }
    if (images.isEmpty()) {
      if (catalog.byDiffId(blob).isPresent() || catalog.variant(blob).isPresent()) {
        throw new RegistryException(OciError.BLOB_UNKNOWN,
            "blob " + blob + " belongs to no manifest of " + repository + " that was seen here; pull by tag first");
      }
      if (claims.find(repository, blob).isPresent()) { // it has that name nowhere else
        throw new RegistryException(OciError.BLOB_UNKNOWN, "layer " + blob + " of " + repository
            + " was not read yet, and cannot be encoded on the way just now; pull the blob that it was made from");
      }
      fetches.direct(repository, blob).close();
    }
    return images;
  }

  private Set<Digest> known(Repository repository, Digest blob) {
    return catalog.imagesWith(blob)
        .stream()
        .filter(image -> sightings.allows(repository, image))
        .collect(Collectors.toSet());
  }

  /** Whether what the repository held long ago, or as another process knows, is there and public now. */
  private boolean isStillReadable(Repository repository, Digest blob) throws IOException {
    var seen = sightings.manifests(repository);
    for (var image : catalog.imagesWith(blob).stream().filter(seen::contains).limit(MOST_ASKED).toList()) {
      try {
        repositories.manifest(repository, image);
        return true;
      } catch (UpstreamFailure.NotFound e) {
        // another one may be there
      }
    }
    return false;
  }
}
