package io.cts.oci;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A folder in the OCI image layout (OCI image specification 1.1, image-layout.md), read anew when its
 * {@code index.json} changes.
 *
 * <p>An entry is called what {@code org.opencontainers.image.ref.name} says, or {@code io.containerd.image.name} where
 * that is there. {@code app:1} and {@code quay.io/org/app:1} are tag 1 of repository {@code app} and {@code org/app}; a
 * bare {@code 1} is tag 1 of any repository, so a folder of one image answers to every name. By digest, any repository
 * has every blob: the folder is the unit of trust.
 */
final class OciLayoutUpstream implements Upstream {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String CONTAINERD_NAME = "io.containerd.image.name";
  private static final int NAMES_IN_A_MESSAGE = 8;

  private record Entry(@Nullable LocalName name, Descriptor descriptor) {}

  private record Index(FileStamp stamp, List<Entry> entries) {}

  private final String name;
  private final Path folder;
  private volatile @Nullable Index lastRead;

  OciLayoutUpstream(String name, Path folder) {
    this.name = name;
    this.folder = folder;
  }

  @Override
  public String name() {
    return name;
  }

  private List<Entry> entries(String tried) throws UpstreamFailure {
    var file = folder.resolve("index.json");
    try {
      var stamp = FileStamp.of(file);
      var known = lastRead;
      if (known == null || !known.stamp.equals(stamp)) {
        known = new Index(stamp, read(slice(file).bytes(RawManifest.MOST_BYTES)));
        lastRead = known;
      }
      return known.entries;
    } catch (MalformedManifest e) {
      throw new UpstreamFailure.Malformed(tried, "the layout's index.json cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UpstreamFailure.Unavailable(tried, folder + " is no OCI layout that can be read (" + e + ")", e);
    }
  }

  private static List<Entry> read(byte[] bytes) throws MalformedManifest {
    var entries = new ArrayList<Entry>();
    for (var descriptor : ImageIndex.parse(RawManifest.of(MediaTypes.OCI_INDEX, bytes)).manifests()) {
      var full = descriptor.annotations().get(CONTAINERD_NAME);
      var text = full != null ? full : descriptor.annotations().get(REF_NAME);
      entries.add(new Entry(text == null ? null : LocalName.parse(text), descriptor));
    }
    return entries;
  }

  private static FileSlice slice(Path file) throws IOException {
    return new FileSlice(file, 0, Files.size(file));
  }

  private Path blobFile(Digest digest) {
    var text = digest.toString();
    return folder.resolve("blobs").resolve(text.substring(0, text.indexOf(':'))).resolve(digest.hex());
  }

  @Override
  public RawManifest manifest(String repository, Reference reference) throws UpstreamFailure {
    var tried = "fetch manifest " + reference + " of " + new Repository(name, repository);
    var entries = entries(tried);
    return switch (reference) {
      case Reference.Tag tag -> {
        var entry = tagged(entries, repository, tag);
        if (entry.isEmpty()) {
          throw new UpstreamFailure.NotFound(tried, "the layout does not have it; it has " + names(entries));
        }
        yield read(tried, entry.get().descriptor.digest(), entry.get().descriptor.mediaType());
      }
      case Reference.Exact exact -> read(tried, exact.digest(), entries.stream()
          .map(Entry::descriptor)
          .filter(descriptor -> descriptor.digest().equals(exact.digest()))
          .map(Descriptor::mediaType)
          .findFirst()
          .orElse(null));
    };
  }

  /** The last one wins, as in the tools that add to layouts; a full name wins over a bare tag. */
  private static Optional<Entry> tagged(List<Entry> entries, String repository, Reference.Tag tag) {
    Entry found = null;
    for (var entry : entries) {
      if (entry.name != null && entry.name.tag().equals(tag.name()) && entry.name.isOf(repository)
          && (found == null || found.name == null || found.name.name() == null || entry.name.name() != null)) {
        found = entry;
      }
    }
    return Optional.ofNullable(found);
  }

  private static String names(List<Entry> entries) {
    var names = entries.stream()
        .filter(entry -> entry.name != null)
        .limit(NAMES_IN_A_MESSAGE)
        .map(entry -> String.valueOf(entry.name))
        .collect(Collectors.joining(", "));
    return names.isEmpty() ? "no named image" : names;
  }

  private RawManifest read(String tried, Digest digest, @Nullable String mediaType) throws UpstreamFailure {
    try {
      var bytes = slice(blobFile(digest)).bytes(RawManifest.MOST_BYTES);
      var type = mediaType != null ? mediaType : typeOf(bytes);
      return RawManifest.named(digest, type, bytes);
    } catch (NoSuchFileException e) {
      throw new UpstreamFailure.NotFound(tried, "the layout does not have " + digest);
    } catch (IOException e) {
      throw new UpstreamFailure.Malformed(tried, "the layout's " + digest + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static String typeOf(byte[] bytes) throws MalformedManifest {
    var root = JsonPart.parse("manifest", bytes, RawManifest.MOST_BYTES);
    if (root.number("schemaVersion") != 2) {
      throw root.malformed("expected schemaVersion 2");
    }
    var type = root.optionalText("mediaType");
    return type != null ? type : root.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
  }

  @Override
  public ManifestHead head(String repository, Reference reference) throws UpstreamFailure {
    var manifest = manifest(repository, reference);
    return new ManifestHead(manifest.mediaType(), manifest.digest(), manifest.sizeBytes());
  }

  @Override
  public BlobStream blob(String repository, Digest digest, long offset) throws UpstreamFailure {
    var tried = "fetch blob " + digest + " of " + new Repository(name, repository);
    try {
      var slice = slice(blobFile(digest));
      return new BlobStream(slice.open(offset), slice.sizeBytes());
    } catch (NoSuchFileException e) {
      throw new UpstreamFailure.NotFound(tried, "the layout does not have it");
    } catch (IOException e) {
      throw new UpstreamFailure.Unavailable(tried, "the layout's file cannot be read (" + e + ")", e);
    }
  }

  @Override
  public TagPage tags(String repository, TagQuery query) throws UpstreamFailure {
    var tried = "list tags of " + new Repository(name, repository);
    var tags = new TreeSet<String>();
    for (var entry : entries(tried)) {
      if (entry.name != null && entry.name.isOf(repository)) {
        tags.add(entry.name.tag());
      }
    }
    if (tags.isEmpty()) {
      throw new UpstreamFailure.NotFound(tried, "the layout has no such repository");
    }
    return TagPage.of(tags, query);
  }

  /** Those among the entries of {@code index.json}, by the {@code subject} that their manifests name. */
  @Override
  public List<Descriptor> referrers(String repository, Digest subject) throws UpstreamFailure {
    var tried = "list what refers to " + subject + " of " + new Repository(name, repository);
    var referrers = new LinkedHashMap<Digest, Descriptor>();
    for (var entry : entries(tried)) {
      var descriptor = entry.descriptor;
      if (MediaTypes.isManifest(descriptor.mediaType())) {
        var manifest = parsed(tried, descriptor);
        if (manifest.subject() != null && manifest.subject().digest().equals(subject)) {
          var type = manifest.artifactType() != null ? manifest.artifactType() : manifest.config().mediaType();
          referrers.put(descriptor.digest(), new Descriptor(descriptor.mediaType(), descriptor.digest(),
              descriptor.sizeBytes(), null, type, List.of(), manifest.annotations()));
        }
      }
    }
    return List.copyOf(referrers.values());
  }

  private Manifest parsed(String tried, Descriptor descriptor) throws UpstreamFailure {
    try {
      return Manifest.parse(read(tried, descriptor.digest(), descriptor.mediaType()));
    } catch (MalformedManifest e) {
      throw new UpstreamFailure.Malformed(tried, String.valueOf(e.getMessage()), e);
    }
  }
}
