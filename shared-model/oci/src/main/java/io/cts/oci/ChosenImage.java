package io.cts.oci;

import io.cts.contract.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The manifest that a node of some platform gets for a reference.
 *
 * @param through the indexes that it was chosen from, outermost first; none where the reference is a manifest's
 */
public record ChosenImage(List<ImageIndex> through, Manifest manifest) {
  /** The specification allows indexes of indexes; nobody nests them deeper. */
  private static final int DEEPEST = 3;
  private static final int MOST_INDEXES = 8;

  public ChosenImage {
    through = List.copyOf(through);
  }

  /**
   * Fetches manifests until the platform's is found.
   *
   * @throws UpstreamFailure.NotFound naming the platforms that there are
   */
  public static ChosenImage find(Upstream upstream, String repository, Reference reference, Platform platform)
      throws UpstreamFailure {
    var search = new Search(upstream, repository, platform);
    var found = search.from(reference, List.of());
    return found.orElseThrow(() -> new UpstreamFailure.NotFound(
        "find an image for " + platform + " in " + new Repository(upstream.name(), repository) + " " + reference,
        "there is none; there are " + search.seen()));
  }

  private static final class Search {
    private final Upstream upstream;
    private final String repository;
    private final Platform platform;
    private final List<ImageIndex> indexes = new ArrayList<>();

    Search(Upstream upstream, String repository, Platform platform) {
      this.upstream = upstream;
      this.repository = repository;
      this.platform = platform;
    }

    Optional<ChosenImage> from(Reference reference, List<ImageIndex> through) throws UpstreamFailure {
      var raw = upstream.manifest(repository, reference);
      try {
        return switch (ManifestDocument.parse(raw)) {
          case Manifest manifest -> Optional.of(new ChosenImage(through, manifest));
          case ImageIndex index -> within(index, through);
        };
      } catch (MalformedManifest e) {
        throw new UpstreamFailure.Malformed(
            "read manifest " + reference + " of " + new Repository(upstream.name(), repository),
            String.valueOf(e.getMessage()), e);
      }
    }

    private Optional<ChosenImage> within(ImageIndex index, List<ImageIndex> through) throws UpstreamFailure {
      if (through.size() >= DEEPEST || indexes.size() >= MOST_INDEXES) {
        return Optional.empty();
      }
      indexes.add(index);
      var path = new ArrayList<>(through);
      path.add(index);
      var chosen = index.choose(platform);
      if (chosen.isPresent()) {
        return from(new Reference.Exact(chosen.get().digest()), path);
      }
      for (var entry : index.manifests()) {
        if (MediaTypes.isIndex(entry.mediaType())) {
          var found = from(new Reference.Exact(entry.digest()), path);
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    }

    String seen() {
      return indexes.stream()
          .flatMap(index -> index.manifests().stream())
          .filter(entry -> !entry.isAttestation())
          .map(Descriptor::platform)
          .filter(Objects::nonNull)
          .map(Platform::toString)
          .distinct()
          .collect(Collectors.joining(", "));
    }
  }
}
