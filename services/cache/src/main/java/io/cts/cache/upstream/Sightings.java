package io.cts.cache.upstream;

import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.WriteBehind;
import io.cts.contract.Digest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What anonymous was seen to read: which manifests a repository holds, what its tags meant, and when that was last
 * confirmed. It authorises what is served from the store, also while the upstream is away (DESIGN, "Security").
 */
public final class Sightings {
  private final Map<Repository, Known> repositories = new ConcurrentHashMap<>();
  private final JdbcClient database;
  private final WriteBehind writes;
  private final Clock clock;
  private final Duration publicFor;

  public Sightings(JdbcClient database, WriteBehind writes, Clock clock, Duration publicFor) {
    this.database = database;
    this.writes = writes;
    this.clock = clock;
    this.publicFor = publicFor;
  }

  /** What a tag meant when it was last asked for. */
  public record TagSighting(Digest digest, Instant checkedAt) {}

  private static final class Known {
    private final Set<Digest> manifests = ConcurrentHashMap.newKeySet();
    private final Map<String, TagSighting> tags = new ConcurrentHashMap<>();
    private volatile Instant confirmedAt = Instant.EPOCH;
  }

  public void load() {
    database.sql("select upstream, repository, manifest from sightings")
        .query((row, _) -> known(
            new Repository(row.getString("upstream"), row.getString("repository"))).manifests
            .add(Digest.parse(row.getString("manifest"))))
        .list();
    database.sql("select * from tags").query((row, _) -> {
      var known = known(new Repository(row.getString("upstream"), row.getString("repository")));
      var checkedAt = row.getTimestamp("checked_at").toInstant();
      known.confirmedAt = known.confirmedAt.isAfter(checkedAt) ? known.confirmedAt : checkedAt;
      return known.tags.put(row.getString("tag"), new TagSighting(Digest.parse(row.getString("digest")), checkedAt));
    }).list();
  }

  /** The upstream just gave {@code manifest} of {@code repository} to anonymous. */
  public void confirm(Repository repository, Digest manifest) {
    var known = known(repository);
    known.confirmedAt = clock.instant();
    if (known.manifests.add(manifest)) {
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
    known(repository).tags.put(tag, new TagSighting(digest, now));
    writes.later(() -> database.sql("""
        insert into tags (upstream, repository, tag, digest, checked_at) values (?, ?, ?, ?, ?)
        on conflict (upstream, repository, tag) do update
        set digest = excluded.digest, checked_at = excluded.checked_at""")
        .params(repository.upstream(), repository.name(), tag, digest.toString(), java.sql.Timestamp.from(now))
        .update());
  }

  /** The upstream refused anonymous: what was seen counts no more. */
  public void refuse(Repository repository) {
    var known = known(repository);
    known.confirmedAt = Instant.EPOCH;
    known.tags.clear();
    writes.later(() -> database.sql("delete from tags where upstream = ? and repository = ?")
        .params(repository.upstream(), repository.name())
        .update());
  }

  /** The tag is no more. */
  public void forget(Repository repository, String tag) {
    known(repository).tags.remove(tag);
    writes.later(() -> database.sql("delete from tags where upstream = ? and repository = ? and tag = ?")
        .params(repository.upstream(), repository.name(), tag)
        .update());
  }

  public Optional<TagSighting> tag(Repository repository, String tag) {
    return Optional.ofNullable(known(repository).tags.get(tag));
  }

  /** Whether anonymous may read the repository, as far as was seen lately. */
  public boolean isPublic(Repository repository) {
    return known(repository).confirmedAt.plus(publicFor).isAfter(clock.instant());
  }

  /** Whether the repository is public and holds the manifest. */
  public boolean allows(Repository repository, Digest manifest) {
    return isPublic(repository) && known(repository).manifests.contains(manifest);
  }

  public Set<Digest> manifests(Repository repository) {
    return Set.copyOf(known(repository).manifests);
  }

  private Known known(Repository repository) {
    return repositories.computeIfAbsent(repository, _ -> new Known());
  }
}
