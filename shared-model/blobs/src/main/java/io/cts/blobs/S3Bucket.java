package io.cts.blobs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * One bucket below one prefix. Every failure of the SDK becomes an {@link IOException} that says what was tried, where,
 * and what may be done. Thread-safe.
 */
final class S3Bucket implements AutoCloseable {
  static final int NOT_FOUND = 404;
  static final int PRECONDITION_FAILED = 412;
  /** Somebody else writes the same object: Amazon S3 user guide, conditional writes. */
  static final int CONFLICT = 409;
  private static final int CONNECTIONS = 1000;

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  /** An object as it is now. */
  record Found(long sizeBytes, String etag) {}

  /** @param prefix empty, or ends in a slash */
  S3Bucket(S3Client client, String bucket, String prefix) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /** Address, region and keys are the SDK's usual settings. An address of one's own is asked by path, as all serve it. */
  static S3Client connect() throws IOException {
    try {
      return S3Client.builder()
          .httpClientBuilder(Apache5HttpClient.builder()
              .maxConnections(CONNECTIONS)
              .connectionTimeout(Duration.ofSeconds(5))
              .socketTimeout(Duration.ofSeconds(30)))
          .forcePathStyle(hasOwnAddress())
          // parts are checked by Content-MD5 and blobs by their digest, which every S3 server understands
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
          .build();
    } catch (SdkException e) {
      throw new IOException("could not set up S3: " + e.getMessage()
          + " (AWS_REGION names the region, AWS_ENDPOINT_URL_S3 a server of your own)", e);
    }
  }

  private static boolean hasOwnAddress() {
    return Stream.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL").anyMatch(it -> System.getenv(it) != null)
        || Stream.of("aws.endpointUrlS3", "aws.endpointUrl").anyMatch(it -> System.getProperty(it) != null);
  }

  S3Client client() {
    return client;
  }

  String name() {
    return bucket;
  }

  String key(String name) {
    return prefix + name;
  }

  /** Fails with one clear line where the bucket cannot be used. */
  void check() throws IOException {
    asked("open the blob store", () -> client.headBucket(it -> it.bucket(bucket)));
  }

  Optional<Found> find(String name) throws IOException {
    try {
      var head = client.headObject(it -> it.bucket(bucket).key(key(name)));
      return Optional.of(new Found(head.contentLength(), head.eTag()));
    } catch (SdkException e) {
      if (status(e) == NOT_FOUND) {
        return Optional.empty();
      }
      throw explained("look for " + key(name), e);
    }
  }

  /**
   * The bytes from {@code offset} on of the object that has {@code etag}; empty where there is none, or another.
   *
   * @return to be read to its end and closed, or aborted
   */
  Optional<ResponseInputStream<GetObjectResponse>> read(String name, long offset, String etag) throws IOException {
    try {
      return Optional.of(client.getObject(
          it -> it.bucket(bucket).key(key(name)).ifMatch(etag).range(offset == 0 ? null : "bytes=" + offset + "-")));
    } catch (SdkException e) {
      if (status(e) == NOT_FOUND || status(e) == PRECONDITION_FAILED) {
        return Optional.empty();
      }
      throw explained("read " + key(name) + " from byte " + offset, e);
    }
  }

  void delete(String name) throws IOException {
    asked("delete " + key(name), () -> client.deleteObject(it -> it.bucket(bucket).key(key(name))));
  }

  /** All objects whose names begin so, asked for page by page. */
  Stream<S3Object> list(String beginning) throws IOException {
    var request = ListObjectsV2Request.builder().bucket(bucket).prefix(key(beginning)).build();
    var first = page(request);
    return Stream.iterate(first, Objects::nonNull, page -> next(request, page))
        .flatMap(page -> page.contents().stream());
  }

  private @Nullable ListObjectsV2Response next(ListObjectsV2Request request,
      ListObjectsV2Response page) {
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      return null;
    }
    try {
      return page(request.toBuilder().continuationToken(page.nextContinuationToken()).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ListObjectsV2Response page(ListObjectsV2Request request) throws IOException {
    return asked("list " + request.prefix(), () -> client.listObjectsV2(request));
  }

  String nameOf(S3Object object) {
    return object.key().substring(prefix.length());
  }

  /** Ends multipart uploads that were begun before {@code then}: whoever began them is gone. */
  void removeUploadsBegunBefore(Instant then) throws IOException {
    asked("look for abandoned uploads", () -> {
      client.listMultipartUploadsPaginator(it -> it.bucket(bucket).prefix(prefix))
          .uploads()
          .stream()
          .filter(upload -> upload.initiated().isBefore(then) && upload.key().startsWith(prefix))
          .forEach(this::abort);
      return true;
    });
  }

  private void abort(MultipartUpload upload) {
    client.abortMultipartUpload(it -> it.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
  }

  <T> T asked(String what, Supplier<T> request) throws IOException {
    try {
      return request.get();
    } catch (SdkException e) {
      throw explained(what, e);
    }
  }

  static int status(SdkException e) {
    return e instanceof AwsServiceException answered ? answered.statusCode() : 0;
  }

  IOException explained(String tried, SdkException cause) {
    if (cause instanceof AbortedException) {
      var interrupted = new InterruptedIOException("interrupted while trying to " + tried + " in " + this);
      interrupted.initCause(cause);
      return interrupted;
    }
    var advice = switch (status(cause)) {
      case 0 -> "is the address right (AWS_ENDPOINT_URL_S3, AWS_REGION) and is the server there?";
      case 301, 307, 400 -> "is it in the region that AWS_REGION names?";
      case 401, 403 -> "check the keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) and what they may do there";
      case NOT_FOUND -> "make the bucket, or name another in CTS_BLOBS";
      default -> "the server's own log may tell more";
    };
    return new IOException("could not " + tried + " in " + this + ": " + cause.getMessage() + "; " + advice, cause);
  }

  @Override
  public String toString() {
    return URI.create(BlobStore.S3 + bucket + "/" + prefix).toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
