package io.cts.cache.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobWriter;
import io.cts.cache.catalog.Repository;
import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.MalformedManifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.RawManifest;
import io.cts.oci.Reference;
import io.cts.oci.Upstream;
import io.cts.oci.UpstreamFailure;
import io.cts.oci.Upstreams;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * Repositories of upstreams as clients see them: tags that are asked for once in a while, manifests that are fetched
 * once. While an upstream is away, or wants fewer questions, what it last said to anonymous is answered; an explicit
 * refusal ends that.
 */
public final class Repositories {
  private static final Logger LOG = LoggerFactory.getLogger(Repositories.class);
  /** With an older answer at hand, nobody waits longer than this for a newer one (pain 10: a dead upstream delays). */
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  /** How long an upstream that failed is not asked again by those who have an older answer (pain 7: storms). */
  private static final Duration REST = Duration.ofSeconds(10);

  private final Upstreams upstreams;
  private final BlobWriter blobs;
  private final Sightings sightings;
  private final Clock clock;
  private final Duration tagFreshness;
  private final Cache<Digest, RawManifest> memory;
  private final SingleFlight<String, Digest> tagFlights = new SingleFlight<>();
  private final SingleFlight<String, RawManifest> manifestFlights = new SingleFlight<>();
  private final Map<String, Instant> restingUntil = new ConcurrentHashMap<>();

  public Repositories(Upstreams upstreams, BlobWriter blobs, Sightings sightings, Clock clock,
      Duration tagFreshness, DataSize manifestMemory) {
    this.upstreams = upstreams;
    this.blobs = blobs;
    this.sightings = sightings;
    this.clock = clock;
    this.tagFreshness = tagFreshness;
    this.memory = Caffeine.newBuilder()
        .maximumWeight(manifestMemory.toBytes())
        .weigher((Digest _, RawManifest manifest) -> manifest.sizeBytes() + 256)
        .build();
  }

  /** What a tag means now, or meant when its upstream was last to be asked. */
  public Digest resolve(Repository repository, String tag) throws IOException {
    upstreams.named(repository.upstream());
    var seen = sightings.isPublic(repository) ? sightings.tag(repository, tag).orElse(null) : null;
    var now = clock.instant();
    if (seen != null && (seen.checkedAt().plus(tagFreshness).isAfter(now) || isResting(repository, now))) {
      return seen.digest();
    }
    var flight = tagFlights.of(repository + ":" + tag, () -> ask(repository, tag));
    try {
      return seen == null ? Waiting.orThrow(flight) : Waiting.orThrow(flight, PATIENCE);
    } catch (TimeoutException | UpstreamFailure.Unavailable | UpstreamFailure.RateLimited
        | UpstreamFailure.Malformed e) {
      if (seen == null) {
        throw e instanceof IOException io ? io : new IOException(e);
      }
      restingUntil.put(repository.upstream(), clock.instant().plus(REST));
      return seen.digest();
    }
  }

  private boolean isResting(Repository repository, Instant now) {
    var until = restingUntil.get(repository.upstream());
    return until != null && until.isAfter(now);
  }

  private Digest ask(Repository repository, String tag) throws IOException {
    try {
      var upstream = upstreams.named(repository.upstream());
      var head = upstream.head(repository.name(), new Reference.Tag(tag));
      var digest = head.digest();
      if (digest == null || find(digest) == null) {
        digest = keep(upstream.manifest(repository.name(), new Reference.Tag(tag))).digest();
      }
      sightings.confirm(repository, tag, digest);
      return digest;
    } catch (UpstreamFailure.NotFound e) {
      sightings.forget(repository, tag);
      throw e;
    } catch (UpstreamFailure.Unauthorized | UpstreamFailure.Forbidden e) {
      sightings.refuse(repository);
      throw e;
    }
  }

  /** A manifest by digest that anonymous may read in the repository. */
  public RawManifest manifest(Repository repository, Digest digest) throws IOException {
    if (sightings.allows(repository, digest)) {
      var kept = find(digest);
      if (kept != null) {
        return kept;
      }
    }
    return Waiting.orThrow(manifestFlights.of(repository + "@" + digest, () -> fetch(repository, digest)));
  }

  private RawManifest fetch(Repository repository, Digest digest) throws IOException {
    try {
      var upstream = upstreams.named(repository.upstream());
      var kept = find(digest);
      if (kept == null) {
        kept = keep(upstream.manifest(repository.name(), new Reference.Exact(digest)));
      } else if (!sightings.allows(repository, digest)) {
        upstream.head(repository.name(), new Reference.Exact(digest)); // stored for others: may this repository's readers?
      }
      sightings.confirm(repository, digest);
      return kept;
    } catch (UpstreamFailure.Unauthorized | UpstreamFailure.Forbidden e) {
      sightings.refuse(repository);
      throw e;
    }
  }

  private RawManifest keep(RawManifest manifest) throws MalformedManifest {
    ManifestDocument.parse(manifest); // what cannot be read is refused here, before anybody is told that it exists
    memory.put(manifest.digest(), manifest);
    try (var upload = blobs.begin()) {
      upload.write(manifest.bytes(), 0, manifest.sizeBytes());
      upload.commit(manifest.digest());
    } catch (IOException e) { // a full disk: served from memory
      LOG.warn("manifest {} was not stored: {}", manifest.digest(), e.getMessage());
    }
    return manifest;
  }

  private @Nullable RawManifest find(Digest digest) throws IOException {
    var inMemory = memory.getIfPresent(digest);
    if (inMemory != null) {
      return inMemory;
    }
    try (var blob = blobs.open(digest)) {
      if (blob.sizeBytes() > RawManifest.MOST_BYTES) {
        return null; // a layer under a manifest's address
      }
      var bytes = blob.from(0).readAllBytes();
      var manifest = RawManifest.named(digest, DocumentType.of(bytes), bytes);
      memory.put(digest, manifest);
      return manifest;
    } catch (BlobMissing e) {
      return null;
    } catch (MalformedManifest e) { // a disk that failed: what is fetched anew takes its place
      LOG.warn("stored manifest {} is not what it was: {}", digest, e.getMessage());
      return null;
    }
  }

  /** Tags in lexical order. */
  public Upstream.TagPage tags(Repository repository, Upstream.TagQuery query) throws IOException {
    return upstreams.named(repository.upstream()).tags(repository.name(), query);
  }

  /** Whether the upstream has the tag now; nothing is kept of the answer. */
  public boolean exists(Repository repository, String tag) throws IOException {
    try {
      upstreams.named(repository.upstream()).head(repository.name(), new Reference.Tag(tag));
      return true;
    } catch (UpstreamFailure.NotFound e) {
      return false;
    }
  }

  /** What refers to a manifest at its upstream. */
  public List<Descriptor> referrers(Repository repository, Digest subject) throws IOException {
    return upstreams.named(repository.upstream()).referrers(repository.name(), subject);
  }
}
