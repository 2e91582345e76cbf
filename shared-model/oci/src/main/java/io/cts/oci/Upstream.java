package io.cts.oci;

import io.cts.contract.Digest;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * Where images come from. Implementations may be used by many threads at once. Every failure is an
 * {@link UpstreamFailure}; nothing is cached here but what the protocol itself needs, such as tokens.
 */
public interface Upstream extends AutoCloseable {

  /** As it stands in the allow-list and in image references, such as {@code quay.io}. */
  String name();

  /** The manifest or index of a reference: not parsed, at most {@link RawManifest#MOST_BYTES}, true to a digest. */
  RawManifest manifest(String repository, Reference reference) throws UpstreamFailure;

  /** What a reference points at, without its bytes. */
  ManifestHead head(String repository, Reference reference) throws UpstreamFailure;

  /**
   * The bytes of a blob from {@code offset} on, to its end. The caller closes the stream, and hashes: what comes out was
   * not checked against the digest.
   */
  BlobStream blob(String repository, Digest digest, long offset) throws UpstreamFailure;

  /** The same, but a failure where the upstream knows no ranges and would send all that is before {@code offset}, too. */
  default BlobStream end(String repository, Digest digest, long offset) throws UpstreamFailure {
    return blob(repository, digest, offset);
  }

  /** Tags in lexical order, from after {@code last}. */
  TagPage tags(String repository, TagQuery query) throws UpstreamFailure;

  /** What refers to a manifest: signatures, attestations, lists of parts. Empty where nothing does. */
  List<Descriptor> referrers(String repository, Digest subject) throws UpstreamFailure;

  @Override
  default void close() {}

  /**
   * @param digest absent where the registry does not say it
   * @param sizeBytes -1 where the registry does not say it
   */
  record ManifestHead(String mediaType, @Nullable Digest digest, long sizeBytes) {}

  /**
   * @param most entries of a page; 0 for what the upstream likes
   * @param last exclusive; absent for the first page
   */
  record TagQuery(int most, @Nullable String last) {
    public TagQuery {
      if (most < 0) {
        throw new IllegalArgumentException("a page has no negative number of tags: " + most);
      }
    }

    public static final TagQuery ALL = new TagQuery(0, null);
  }

  /** @param next what to give as {@code last} for the next page; absent on the last one */
  record TagPage(List<String> tags, @Nullable String next) {
    public TagPage {
      tags = List.copyOf(tags);
    }

    /** The page of a list that is at hand as a whole. */
    static TagPage of(NavigableSet<String> all, TagQuery query) {
      var last = query.last();
      var rest = last == null ? all : all.tailSet(last, false);
      if (query.most() == 0 || rest.size() <= query.most()) {
        return new TagPage(List.copyOf(rest), null);
      }
      var page = rest.stream().limit(query.most()).toList();
      return new TagPage(page, page.getLast());
    }
  }
}
