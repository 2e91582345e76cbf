package io.cts.oci;

import io.cts.contract.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists what refers to a manifest, a page at a time (OCI distribution specification 1.1, end-12a).
 *
 * @param nextQuery of the page, as the page before gave it; absent for the first
 */
record ListReferrers(Repository from, Digest subject, @Nullable String nextQuery)
    implements
      RegistryVerb<Optional<ListReferrers.Page>> {

  /** @param nextQuery absent on the last page */
  record Page(List<Descriptor> referrers, @Nullable String nextQuery) {}

  @Override
  public String path() {
    return from.path() + "/referrers/" + subject + (nextQuery == null ? "" : "?" + nextQuery);
  }

  @Override
  public String repository() {
    return from.path();
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Accept", MediaTypes.OCI_INDEX);
  }

  @Override
  public String tried() {
    return "list what refers to " + subject + " of " + from;
  }

  /** A registry that does not know the referrers API answers 404: the result is empty. */
  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 404;
  }

  @Override
  public Optional<Page> read(Answer answer) throws IOException {
    if (answer.status() == 404) {
      return Optional.empty();
    }
    var bytes = answer.bodyUpTo(RawManifest.MOST_BYTES);
    var index = ImageIndex.parse(RawManifest.of(MediaTypes.OCI_INDEX, bytes));
    return Optional.of(
        new Page(index.manifests(), NextPage.of(answer).map(page -> page.uri().getRawQuery()).orElse(null)));
  }

  /** The tag under which registries without the API keep the same list ("Referrers Tag Schema"). */
  static Reference.Tag fallbackTag(Digest subject) {
    var algorithm = subject.toString().substring(0, subject.toString().indexOf(':'));
    return new Reference.Tag(algorithm.substring(0, Math.min(algorithm.length(), 32)) + "-"
        + subject.hex().substring(0, Math.min(subject.hex().length(), 64)));
  }
}
