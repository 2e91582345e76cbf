package io.cts.oci;

import io.cts.contract.Digest;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A registry that speaks the OCI distribution API over https, or over http where its URL says so. */
final class RegistryUpstream implements Upstream {
  private static final int MOST_REFERRER_PAGES = 20;

  private final String name;
  private final URI base;
  private final RetryPolicy policy;
  private final InstantSource clock;
  private final RegistryEndpoint.Pause pause;
  private @Nullable RegistryEndpoint opened;

  RegistryUpstream(String name, URI base, RetryPolicy policy) {
    this(name, base, policy, InstantSource.system(), Thread::sleep);
  }

  /** @param base with a slash at the end */
  RegistryUpstream(String name, URI base, RetryPolicy policy, InstantSource clock, RegistryEndpoint.Pause pause) {
    this.name = name;
    this.base = base;
    this.policy = policy;
    this.clock = clock;
    this.pause = pause;
  }

  /** Upstreams on the list that nobody asks for cost nothing. */
  private synchronized RegistryEndpoint registry() {
    if (opened == null) {
      opened = new RegistryEndpoint(base, policy, clock, pause);
    }
    return opened;
  }

  @Override
  public String name() {
    return name;
  }

  /** Fails unless a registry answers. */
  void ping() throws UpstreamFailure {
    registry().carryOut(new PingRegistry(name));
  }

  @Override
  public RawManifest manifest(String repository, Reference reference) throws UpstreamFailure {
    return registry().carryOut(new FetchManifest(new Repository(name, repository), reference));
  }

  @Override
  public ManifestHead head(String repository, Reference reference) throws UpstreamFailure {
    return registry().carryOut(new CheckManifest(new Repository(name, repository), reference));
  }

  @Override
  public BlobStream blob(String repository, Digest digest, long offset) throws UpstreamFailure {
    return blob(repository, digest, offset, false);
  }

  @Override
  public BlobStream end(String repository, Digest digest, long offset) throws UpstreamFailure {
    return blob(repository, digest, offset, true);
  }

  private BlobStream blob(String repository, Digest digest, long offset, boolean inRanges) throws UpstreamFailure {
    var blob = new ResumingBlob(registry(), policy, new Repository(name, repository), digest, offset, inRanges);
    return new BlobStream(blob, blob.totalBytes());
  }

  @Override
  public TagPage tags(String repository, TagQuery query) throws UpstreamFailure {
    return registry().carryOut(new ListTags(new Repository(name, repository), query));
  }

  @Override
  public List<Descriptor> referrers(String repository, Digest subject) throws UpstreamFailure {
    var from = new Repository(name, repository);
    var referrers = new ArrayList<Descriptor>();
    String nextQuery = null;
    for (var page = 0; page < MOST_REFERRER_PAGES; page++) {
      var found = registry().carryOut(new ListReferrers(from, subject, nextQuery));
      if (found.isEmpty()) {
        return page == 0 ? referrersByTag(from, subject) : referrers;
      }
      referrers.addAll(found.get().referrers());
      nextQuery = found.get().nextQuery();
      if (nextQuery == null) {
        return referrers;
      }
    }
    throw new UpstreamFailure.Malformed(new ListReferrers(from, subject, null).tried(),
        "the list has more than " + MOST_REFERRER_PAGES + " pages", null);
  }

  private List<Descriptor> referrersByTag(Repository from, Digest subject) throws UpstreamFailure {
    var fetch = new FetchManifest(from, ListReferrers.fallbackTag(subject));
    try {
      return ImageIndex.parse(registry().carryOut(fetch)).manifests();
    } catch (UpstreamFailure.NotFound e) {
      return List.of();
    } catch (MalformedManifest e) {
      throw new UpstreamFailure.Malformed(fetch.tried(), "the list of referrers cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }
}
