package io.cts.blobs;

import io.cts.blobs.S3Bucket.Found;
import io.cts.blobs.packed.PackedBlobs;
import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Blobs as objects of a bucket, named {@code PREFIX/blobs/sha256/ab/abcdef…}; any number of processes share it. What is
 * on its way lies in a scratch folder of this machine. Thread-safe.
 */
public final class S3Blobs implements BlobStore {
  /** 10,000 parts at most make a blob of 160 GB: Amazon S3 user guide, multipart upload limits. */
  static final long PART_BYTES = 16L << 20;
  private static final Logger LOG = LoggerFactory.getLogger(S3Blobs.class);
  /** After that a multipart upload counts as abandoned. */
  private static final Duration ABANDONED_AFTER = Duration.ofHours(24);
  private static final Duration LOOK_EVERY = Duration.ofHours(6);

  private final S3Bucket bucket;
  private final S3Writer writer;
  private final UploadFolder scratch;
  private final Map<Digest, Found> verified = new ConcurrentHashMap<>();
  private final Thread sweeper;

  private S3Blobs(S3Bucket bucket, Path scratch, long partBytes) throws IOException {
    this.bucket = bucket;
    this.writer = new S3Writer(bucket, partBytes);
    this.scratch = UploadFolder.open(scratch.toAbsolutePath().normalize().resolve("uploads"));
    this.sweeper = Thread.ofVirtual().name("s3-abandoned-uploads").start(this::sweep);
  }

  /** @param place {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX} */
  static PackedBlobs openPacked(String place, Path scratch) throws IOException {
    var parts = place.substring(S3.length()).split("/", 2);
    if (parts[0].isEmpty()) {
      throw new IllegalArgumentException(
          "could not open the blob store '" + place + "': it names no bucket; write s3://BUCKET or s3://BUCKET/PREFIX");
    }
    return openPacked(S3Bucket.connect(), parts[0], parts.length == 1 ? "" : parts[1], scratch, PART_BYTES);
  }

  /** @param client is closed with the store */
  static PackedBlobs openPacked(S3Client client, String bucket, String prefix, Path scratch, long partBytes)
      throws IOException {
    var whole = open(client, bucket, prefix, scratch, partBytes);
    var packs = open(client, bucket, below(prefix) + PACKS, scratch, partBytes);
    return new PackedBlobs(whole, packs, new S3Recipes(whole.bucket, RECIPES + "/"));
  }

  private static String below(String prefix) {
    return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
  }

  /** @param client is closed with the store */
  static S3Blobs open(S3Client client, String bucket, String prefix, Path scratch, long partBytes)
      throws IOException {
    var opened = new S3Bucket(client, bucket, below(prefix));
    try {
      opened.check();
      return new S3Blobs(opened, scratch, partBytes);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public Optional<Long> size(Digest digest) throws IOException {
    return bucket.find(name(digest)).map(Found::sizeBytes);
  }

  @Override
  public Blob open(Digest digest) throws IOException {
    return new S3Blob(this, bucket, digest, bucket.find(name(digest)).orElseThrow(() -> new BlobMissing(digest)));
  }

  @Override
  public Upload begin() throws IOException {
    try {
      return new S3Upload(this, writer, scratch.newFile());
    } catch (IOException e) {
      throw explained("could not begin to store a blob", e);
    }
  }

  @Override
  public Stream<Entry> list() throws IOException {
    return bucket.list("blobs/").flatMap(object -> entry(object).stream());
  }

  private Optional<Entry> entry(S3Object object) {
    var name = bucket.nameOf(object).split("/");
    if (name.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Entry(Digest.parse(name[1] + ":" + name[3]), object.size()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not an object of this store
    }
  }

  @Override
  public boolean delete(Digest digest) throws IOException {
    verified.remove(digest);
    var name = name(digest);
    var there = bucket.find(name).isPresent();
    if (there) {
      bucket.delete(name);
    }
    return there;
  }

  @Override
  public void close() throws IOException {
    sweeper.interrupt();
    try {
      scratch.close();
    } finally {
      bucket.close();
    }
  }

  static String name(Digest digest) {
    return "blobs/" + digest.algorithm().name().toLowerCase(Locale.ROOT) + "/" + digest.hex().substring(0, 2) + "/"
        + digest.hex();
  }

  boolean isVerified(Digest digest, Found found) {
    return found.equals(verified.get(digest));
  }

  void markVerified(Digest digest, Found found) {
    verified.put(digest, found);
  }

  IOException explained(String tried, IOException cause) {
    if (cause instanceof BlobCorrupt || cause instanceof BlobMissing) {
      return cause;
    }
    return new IOException(tried + " in " + bucket + ": " + cause.getMessage() + " (scratch folder: " + scratch + ")",
        cause);
  }

  /** Ends uploads in parts that a process left when it was killed; what lies in its scratch folder goes with that. */
  private void sweep() {
    try {
      while (true) {
        try {
          bucket.removeUploadsBegunBefore(Instant.now().minus(ABANDONED_AFTER));
        } catch (InterruptedIOException e) {
          return;
        } catch (IOException e) {
          LOG.warn("abandoned uploads are left until the next try, in {}: {}", LOOK_EVERY, e.getMessage());
        }
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the store is closed
    }
  }
}
