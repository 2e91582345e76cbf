package io.cts.cache.upstream;

import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What anonymous was seen to read: which manifests a repository holds, what its tags meant, and when that was last
 * confirmed. It authorises what is served from the store, also while the upstream is away (DESIGN, "Security"). A refusal
 * ends that at once here, and within moments in other processes.
 */
public final class Sightings implements Learned {
  private final Map<Repository, Known> repositories = new ConcurrentHashMap<>();
  private final JdbcClient database;
  private final WriteBehind writes;
  private final Clock clock;
  private final Duration publicFor;
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();

  public Sightings(JdbcClient database, WriteBehind writes, Clock clock, Duration publicFor) {
    this.database = database;
    this.writes = writes;
    this.clock = clock;
    this.publicFor = publicFor;
  }

  /** What a tag meant when it was last asked for. */
  public record TagSighting(Digest digest, Instant checkedAt) {}

  /** All that was seen of a repository. */
  public record SeenRepository(Repository repository, Set<Digest> manifests, Map<String, TagSighting> tags,
      Instant confirmedAt) {
    public SeenRepository {
      manifests = Set.copyOf(manifests);
      tags = Map.copyOf(tags);
    }
  }

  private static final Known NOTHING = new Known();

  private static final class Known {
    private final Set<Digest> manifests = ConcurrentHashMap.newKeySet();
    private final Map<String, TagSighting> tags = new ConcurrentHashMap<>();
    private volatile Instant confirmedAt = Instant.EPOCH;
    private Instant refusedAt = Instant.EPOCH;

    synchronized void confirmed(Instant at) {
      if (at.isAfter(confirmedAt) && at.isAfter(refusedAt)) {
        confirmedAt = at;
      }
    }

    synchronized void refused(Instant at) {
      refusedAt = at.isAfter(refusedAt) ? at : refusedAt;
      if (!confirmedAt.isAfter(refusedAt)) {
        confirmedAt = Instant.EPOCH;
      }
      tags.values().removeIf(tag -> !tag.checkedAt().isAfter(refusedAt));
    }

    /** False where it says nothing new: it was known, something newer is, or a refusal came after it. */
    synchronized boolean learned(String tag, TagSighting sighting) {
      var before = tags.get(tag);
      return sighting.checkedAt().isAfter(refusedAt)
          && (before == null || sighting.checkedAt().isAfter(before.checkedAt()))
          && saw(tag, sighting);
    }

    synchronized boolean saw(String tag, TagSighting sighting) {
      var before = tags.put(tag, sighting);
      confirmed(sighting.checkedAt());
      return before == null || !before.digest().equals(sighting.digest());
    }
  }

  @Override
  public void learn(Since since) {
    database.sql("select upstream, repository, refused_at from refusals where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> refused(new Repository(row.getString(1), row.getString(2)),
            row.getTimestamp(3).toInstant()));
    database.sql("select upstream, repository, manifest from sightings where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> saw(new Repository(row.getString(1), row.getString(2)),
            Digest.parse(row.getString(3))));
    database.sql("select upstream, repository, tag, digest, checked_at from tags where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> learned(new Repository(row.getString(1), row.getString(2)), row.getString(3),
            new TagSighting(Digest.parse(row.getString(4)), row.getTimestamp(5).toInstant())));
  }

  private boolean saw(Repository repository, Digest manifest) {
    var isNew = known(repository).manifests.add(manifest);
    if (isNew) {
      changes.incrementAndGet();
    }
    return isNew;
  }

  private void learned(Repository repository, String tag, TagSighting sighting) {
    if (known(repository).learned(tag, sighting)) {
      changes.incrementAndGet();
    }
  }

  private void refused(Repository repository, Instant at) {
    known(repository).refused(at);
    changes.incrementAndGet();
    refusals.incrementAndGet();
  }

  /** The upstream just gave {@code manifest} of {@code repository} to anonymous. */
  public void confirm(Repository repository, Digest manifest) {
    known(repository).confirmed(clock.instant());
    if (saw(repository, manifest)) {
      writes.later(() -> database
          .sql("insert into sightings (upstream, repository, manifest) values (?, ?, ?) on conflict do nothing")
          .params(repository.upstream(), repository.name(), manifest.toString())
          .update());
    }
  }

  /** The upstream just said that {@code tag} means {@code digest}. */
  public void confirm(Repository repository, String tag, Digest digest) {
    confirm(repository, digest);
    var now = clock.instant();
    if (known(repository).saw(tag, new TagSighting(digest, now))) {
      changes.incrementAndGet();
    }
    writes.later(() -> database.sql("""
        insert into tags (upstream, repository, tag, digest, checked_at) values (?, ?, ?, ?, ?)
        on conflict (upstream, repository, tag) do update
        set digest = excluded.digest, checked_at = excluded.checked_at, changed = excluded.changed
        where tags.checked_at < excluded.checked_at""")
        .params(repository.upstream(), repository.name(), tag, digest.toString(), Timestamp.from(now))
        .update());
  }

  /** The upstream refused anonymous: what was seen counts no more. */
  public void refuse(Repository repository) {
    if (!repositories.containsKey(repository)) {
      return; // somebody's guess at a name: there is nothing to take back
    }
    var now = clock.instant();
    refused(repository, now);
    writes.later(() -> {
      database.sql("""
          insert into refusals (upstream, repository, refused_at) values (?, ?, ?)
          on conflict (upstream, repository) do update
          set refused_at = greatest(refusals.refused_at, excluded.refused_at), changed = excluded.changed""")
          .params(repository.upstream(), repository.name(), Timestamp.from(now))
          .update();
      database.sql("delete from tags where upstream = ? and repository = ? and checked_at <= ?")
          .params(repository.upstream(), repository.name(), Timestamp.from(now))
          .update();
    });
  }

  /** The tag is no more. */
  public void forget(Repository repository, String tag) {
    if (seen(repository).tags.remove(tag) != null) {
      changes.incrementAndGet();
    }
    writes.later(() -> database.sql("delete from tags where upstream = ? and repository = ? and tag = ?")
        .params(repository.upstream(), repository.name(), tag)
        .update());
  }

  public Optional<TagSighting> tag(Repository repository, String tag) {
    return Optional.ofNullable(seen(repository).tags.get(tag));
  }

  /** Whether anonymous may read the repository, as far as was seen lately. */
  public boolean isPublic(Repository repository) {
    return isPublic(seen(repository));
  }

  private boolean isPublic(Known known) {
    return known.confirmedAt.plus(publicFor).isAfter(clock.instant());
  }

  /** Whether the repository is public and holds the manifest. */
  public boolean allows(Repository repository, Digest manifest) {
    return isPublic(repository) && seen(repository).manifests.contains(manifest);
  }

  public Set<Digest> manifests(Repository repository) {
    return Set.copyOf(seen(repository).manifests);
  }

  /** What is public now, the latest confirmed first. */
  public List<SeenRepository> latestFirst() {
    return repositories.entrySet()
        .stream()
        .filter(entry -> isPublic(entry.getValue()))
        .map(entry -> new SeenRepository(entry.getKey(), entry.getValue().manifests, entry.getValue().tags,
            entry.getValue().confirmedAt))
        .sorted(Comparator.comparing(SeenRepository::confirmedAt).reversed())
        .toList();
  }

  /** Takes over what another process, or this one in an earlier life, has seen. */
  public void restore(SeenRepository seen) {
    seen.manifests().forEach(manifest -> saw(seen.repository(), manifest));
    seen.tags().forEach((tag, sighting) -> learned(seen.repository(), tag, sighting));
    known(seen.repository()).confirmed(seen.confirmedAt());
  }

  /** Counts what was seen for the first time, and what was lost. */
  public long changes() {
    return changes.get();
  }

  /** Counts refusals. */
  public long refusals() {
    return refusals.get();
  }

  /** For reading: a name that somebody made up leaves nothing behind. */
  private Known seen(Repository repository) {
    return repositories.getOrDefault(repository, NOTHING);
  }

  private Known known(Repository repository) {
    return repositories.computeIfAbsent(repository, _ -> new Known());
  }
}
