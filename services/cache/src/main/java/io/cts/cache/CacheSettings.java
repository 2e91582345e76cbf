package io.cts.cache;

import io.cts.blobs.BlobStore;
import io.cts.cache.choice.FormPolicy;
import io.cts.contract.Platform;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of the cache service; {@code cache.yml} explains each where it is set.
 *
 * @param blobs the blob store: a folder, or {@code s3://BUCKET/PREFIX}
 * @param scratch folder of this process's machine for blobs on their way to S3
 * @param upstreams the allow-list, over and above the well-known public registries
 * @param publicUpstreams whether the well-known public registries are on the allow-list
 * @param capacity bytes that the blob store may hold before it evicts
 * @param manifestMemory bytes of manifests held in memory
 * @param dialTimeout that a connection to an upstream may take to be made
 * @param tagFreshness how long a tag is answered without asking its upstream again
 * @param publicFor how long what anonymous may read counts as public, also while its upstream is away
 * @param pinnedFor how long the layers of a served manifest are kept from eviction
 * @param forms for whom one form of an image is chosen
 * @param indexPlatforms of an index, whose images have to be ready before it is served with CTS's; empty: those seen here
 * @param touchSigned whether images that are signed get other forms, too
 * @param trustedProxies addresses whose X-Forwarded-For counts
 * @param learnEvery how soon, at the latest, is known here what another process has stored or made
 * @param packAbove percent of the capacity below which nothing is packed: there is room for all of it
 * @param packAfter which a layer that nobody asked for may be kept as chunks; zero: never
 * @param snapshot file that known images are served from after a start without a database; empty for one beside the blobs,
 *     or in {@code scratch} where those lie in S3
 * @param snapshotCapacity bytes that it may hold, uncompressed
 * @param deltaHold how long a request may be held for a delta that is being made
 * @param fastLinkMBps megabytes per second above which the kernel sends a node's files unwatched
 */
@Validated
@ConfigurationProperties("cts.cache")
public record CacheSettings(
    @NotBlank String blobs,
    @DefaultValue(".cts/scratch") Path scratch,
    @DefaultValue @Valid List<UpstreamSettings> upstreams,
    @DefaultValue("true") boolean publicUpstreams,
    @DefaultValue("20GB") DataSize capacity,
    @DefaultValue("64MB") DataSize manifestMemory,
    @DefaultValue("3s") @DurationMin(millis = 1) Duration dialTimeout,
    @DefaultValue("30s") Duration tagFreshness,
    @DefaultValue("24h") Duration publicFor,
    @DefaultValue("24h") Duration pinnedFor,
    @DefaultValue("engine-class") FormPolicy forms,
    @DefaultValue List<String> indexPlatforms,
    @DefaultValue("false") boolean touchSigned,
    @DefaultValue List<String> trustedProxies,
    @DefaultValue("1s") @DurationMin(millis = 10) Duration learnEvery,
    @DefaultValue("50") @Range(min = 0, max = 100) int packAbove,
    @DefaultValue("24h") @DurationMin Duration packAfter,
    @DefaultValue("") String snapshot,
    @DefaultValue("64MB") DataSize snapshotCapacity,
    @DefaultValue("20s") Duration deltaHold,
    @DefaultValue("250") double fastLinkMBps) {

  List<Platform> platforms() {
    return indexPlatforms.stream().map(Platform::parse).toList();
  }

  Path snapshotFile() {
    if (!snapshot.isBlank()) {
      return Path.of(snapshot);
    }
    return (BlobStore.isS3(blobs) ? scratch : Path.of(blobs)).resolve("known.jsonl.gz");
  }

  /**
   * @param name the first part of an image's name, such as {@code quay.io}
   * @param url {@code https://host}, {@code http://host:port}, {@code oci:FOLDER} or {@code docker-archive:FILE}
   */
  public record UpstreamSettings(@NotBlank String name, @NotBlank String url) {}
}
