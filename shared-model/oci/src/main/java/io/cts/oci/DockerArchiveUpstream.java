package io.cts.oci;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A file made by {@code docker save}, read in place and read anew when it changes. Such an archive has no manifest of
 * the registry's kind: one is made of its configuration and layers, always the same for the same archive.
 *
 * <p>Images go by their {@code RepoTags}: {@code quay.io/org/app:1} is tag 1 of repository {@code org/app}.
 */
final class DockerArchiveUpstream implements Upstream {
  private static final int NAMES_IN_A_MESSAGE = 8;

  private record Reading(FileStamp stamp, DockerArchive archive) {}

  private final String name;
  private final Path file;
  private @Nullable Reading lastRead;

  DockerArchiveUpstream(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  @Override
  public String name() {
    return name;
  }

  private synchronized DockerArchive archive(String tried) throws UpstreamFailure {
    try {
      var stamp = FileStamp.of(file);
      if (lastRead == null || !lastRead.stamp.equals(stamp)) {
        lastRead = new Reading(stamp, DockerArchive.read(file));
      }
      return lastRead.archive;
    } catch (MalformedManifest e) {
      throw new UpstreamFailure.Malformed(tried, "the archive cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UpstreamFailure.Unavailable(tried, file + " is no archive that can be read (" + e.getMessage() + ")",
          e);
    }
  }

  @Override
  public RawManifest manifest(String repository, Reference reference) throws UpstreamFailure {
    var tried = "fetch manifest " + reference + " of " + new Repository(name, repository);
    var archive = archive(tried);
    var digest = switch (reference) {
      case Reference.Exact exact -> exact.digest();
      case Reference.Tag tag -> archive.namesOf(repository)
          .stream()
          .filter(local -> local.tag().equals(tag.name()))
          .map(archive.tags()::get)
          .findFirst()
          .orElse(null);
    };
    var manifest = digest == null ? null : archive.manifests().get(digest);
    if (manifest == null) {
      throw new UpstreamFailure.NotFound(tried, "the archive does not have it; it has " + archive.tags()
          .keySet()
          .stream()
          .limit(NAMES_IN_A_MESSAGE)
          .map(LocalName::toString)
          .collect(Collectors.joining(", ")));
    }
    return manifest;
  }

  @Override
  public ManifestHead head(String repository, Reference reference) throws UpstreamFailure {
    var manifest = manifest(repository, reference);
    return new ManifestHead(manifest.mediaType(), manifest.digest(), manifest.sizeBytes());
  }

  @Override
  public BlobStream blob(String repository, Digest digest, long offset) throws UpstreamFailure {
    var tried = "fetch blob " + digest + " of " + new Repository(name, repository);
    var slice = archive(tried).blobs().get(digest);
    if (slice == null) {
      throw new UpstreamFailure.NotFound(tried, "the archive does not have it");
    }
    try {
      return new BlobStream(slice.open(offset), slice.sizeBytes());
    } catch (IOException e) {
      throw new UpstreamFailure.Unavailable(tried, "the archive cannot be read (" + e + ")", e);
    }
  }

  @Override
  public TagPage tags(String repository, TagQuery query) throws UpstreamFailure {
    var tried = "list tags of " + new Repository(name, repository);
    var tags = new TreeSet<>(archive(tried).namesOf(repository).stream().map(LocalName::tag).toList());
    if (tags.isEmpty()) {
      throw new UpstreamFailure.NotFound(tried, "the archive has no such repository");
    }
    return TagPage.of(tags, query);
  }

  /** An archive of docker's holds images only. */
  @Override
  public List<Descriptor> referrers(String repository, Digest subject) {
    return List.of();
  }
}
