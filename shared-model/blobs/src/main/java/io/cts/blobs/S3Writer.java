package io.cts.blobs;

import io.cts.blobs.S3Bucket.Found;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Puts files into a bucket: small ones at once, others in parts, a few of them at a time, straight from the file. An
 * object is made only where there is none ({@code If-None-Match: *}); one that holds the same bytes is left as it is.
 */
final class S3Writer {
  private static final int PARTS_AT_ONCE = 4;
  private static final int ATTEMPTS = 5;
  private static final String TYPE = "application/octet-stream";

  private final S3Bucket bucket;
  private final long partBytes;

  S3Writer(S3Bucket bucket, long partBytes) {
    this.bucket = bucket;
    this.partBytes = partBytes;
  }

  PartDigests newDigests() {
    return new PartDigests(partBytes);
  }

  /** @param parts of all that {@code content} holds */
  Found put(String name, FileChannel content, List<byte[]> parts) throws IOException {
    var size = content.size();
    for (var attempt = 1;; attempt++) {
      var there = bucket.find(name);
      if (there.isPresent() && there.get().sizeBytes() == size && there.get().etag().equals(PartDigests.etag(parts))) {
        return there.get();
      }
      try {
        // what is there under this name and is not these bytes, or in other parts, is replaced by bytes known to be right
        var etag = parts.size() == 1
            ? whole(name, content, parts.getFirst(), there)
            : inParts(name, content, parts, there);
        return new Found(size, etag);
      } catch (SdkException e) {
        var other = S3Bucket.status(e) == S3Bucket.PRECONDITION_FAILED || S3Bucket.status(e) == S3Bucket.CONFLICT;
        if (!other || attempt == ATTEMPTS) {
          throw bucket.explained("write " + bucket.key(name), e);
        }
      }
    }
  }

  private String whole(String name, FileChannel content, byte[] md5, Optional<Found> there) throws IOException {
    return bucket.client()
        .putObject(it -> it.bucket(bucket.name())
            .key(bucket.key(name))
            .contentMD5(PartDigests.base64(md5))
            .ifNoneMatch(there.isEmpty() ? "*" : null), body(content, 0, content.size()))
        .eTag();
  }

  private String inParts(String name, FileChannel content, List<byte[]> parts, Optional<Found> there)
      throws IOException {
    var client = bucket.client();
    var key = bucket.key(name);
    var upload = client.createMultipartUpload(it -> it.bucket(bucket.name()).key(key).contentType(TYPE)).uploadId();
    try {
      var sent = send(key, upload, content, parts);
      return client.completeMultipartUpload(it -> it.bucket(bucket.name())
          .key(key)
          .uploadId(upload)
          .ifNoneMatch(there.isEmpty() ? "*" : null)
          .multipartUpload(all -> all.parts(sent))).eTag();
    } catch (SdkException | IOException e) {
      try {
        client.abortMultipartUpload(it -> it.bucket(bucket.name()).key(key).uploadId(upload));
      } catch (SdkException alsoFailed) {
        e.addSuppressed(alsoFailed); // it is removed a day later, as abandoned
      }
      throw e;
    }
  }

  private List<CompletedPart> send(String key, String upload, FileChannel content, List<byte[]> parts)
      throws IOException {
    var size = content.size();
    try (var pool = Executors.newFixedThreadPool(PARTS_AT_ONCE, Thread.ofVirtual().name("s3-part-", 0).factory())) {
      var sending = new ArrayList<Future<CompletedPart>>();
      for (var index = 0; index < parts.size(); index++) {
        var number = index + 1;
        var from = index * partBytes;
        var md5 = PartDigests.base64(parts.get(index));
        sending.add(pool.submit(() -> {
          var etag = bucket.client()
              .uploadPart(it -> it.bucket(bucket.name()).key(key).uploadId(upload).partNumber(number).contentMD5(md5),
                  body(content, from, Math.min(size, from + partBytes)))
              .eTag();
          return CompletedPart.builder().partNumber(number).eTag(etag).build();
        }));
      }
      try {
        var sent = new ArrayList<CompletedPart>();
        for (var part : sending) {
          sent.add(part.get());
        }
        return sent;
      } catch (ExecutionException e) {
        pool.shutdownNow();
        throw failed(e.getCause());
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while writing " + key);
      }
    }
  }

  private static IOException failed(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    return new IOException("could not send a part: " + cause, cause);
  }

  /** Read again from the file whenever it has to be sent again. */
  private static RequestBody body(FileChannel content, long from, long end) {
    var bytes = ContentStreamProvider.fromInputStreamSupplier(() -> new FileStream(content, from, end));
    return RequestBody.fromContentProvider(bytes, end - from, TYPE);
  }
}
