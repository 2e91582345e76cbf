package io.cts.cache.registry;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobReader;
import io.cts.cache.catalog.Repository;
import io.cts.cache.observe.LinkSpeeds;
import io.cts.cache.observe.Transfers;
import io.cts.cache.observe.Transfers.Transfer;
import io.cts.cache.registry.BlobSender.Cut;
import io.cts.cache.registry.BlobSender.Mismatch;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.BlobFetches.NotStored;
import io.cts.contract.Digest;
import io.cts.contract.TransferObserved.Source;
import io.cts.oci.BlobStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sends blobs as they are stored, and those of an upstream as they come: stored while they are streamed through, or only
 * streamed through where the store is full. Whoever calls has set the headers, all but those of the length and the range.
 */
final class StoredBlobs {
  /** Given out only when the whole is known to be right. */
  static final int HELD_BACK_BYTES = 128 << 10;

  private final BlobReader blobs;
  private final BlobChecks checks;
  private final BlobFetches fetches;
  private final BlobSender sender = new BlobSender();
  private final Residents residents;
  private final LinkSpeeds speeds;
  private final Transfers transfers;
  private final Clock clock;

  StoredBlobs(BlobReader blobs, BlobChecks checks, BlobFetches fetches, Residents residents, LinkSpeeds speeds,
      Transfers transfers,
      Clock clock) {
    this.blobs = blobs;
    this.checks = checks;
    this.fetches = fetches;
    this.residents = residents;
    this.speeds = speeds;
    this.transfers = transfers;
    this.clock = clock;
  }

  /** Makes a transfer's description, once it is known where the bytes come from. */
  @FunctionalInterface
  interface Describe {
    Transfer from(Source source, long offset);
  }

  /** The exchange of one request. */
  record Exchange(HttpServletRequest request, HttpServletResponse response) {
    boolean isHead() {
      return request.getMethod().equals("HEAD");
    }

    /** What is asked for of a whole whose tag is {@code tag}: all of it, where the client has a part of another (RFC 9110). */
    @Nullable
    String range(String tag) {
      var wholeOf = request.getHeader("If-Range");
      return isHead() || wholeOf != null && !wholeOf.equals(tag) ? null : request.getHeader("Range");
    }

    boolean asksForAll() {
      return request.getHeader("Range") == null;
    }
  }

  /**
   * Sends the blob that hashes to {@code stored}, from the store or from {@code repository}.
   *
   * @param ranges whether a range of its bytes may be asked for: not of an encoded reply
   */
  void send(Repository repository, Digest stored, boolean ranges, Exchange exchange, Describe describe)
      throws IOException {
    try (var blob = blobs.open(stored)) {
      send(blob, ranges, exchange, describe);
    } catch (BlobMissing e) {
      passThrough(repository, stored, ranges, exchange, describe);
    }
  }

  private void send(Blob blob, boolean ranges, Exchange exchange, Describe describe) throws IOException {
    var range = ranges ? ByteRange.of(exchange.range(tag(blob.digest())), blob.sizeBytes()).orElse(null) : null;
    if (range != null) {
      checks.verified(blob);
    }
    var offset = range == null ? 0 : range.first();
    var length = range == null ? blob.sizeBytes() : range.length();
    lengthHeaders(exchange.response(), range, blob.sizeBytes());
    if (exchange.isHead()) {
      return;
    }
    residents.used(blob.digest());
    var transfer = describe.from(Source.DISK, offset);
    if (!blob.verified() && checks.beginSending(blob)) {
      try {
        watched(transfer, watch -> {
          try (var in = watch.counting(blob.from(0))) {
            var sent = sender.verified(in, exchange.response(), blob.digest());
            blob.markVerified();
            return sent;
          }
        });
      } catch (Cut e) {
        if (e.getCause() instanceof Mismatch) {
          checks.removeIfWrong(blob.digest());
        }
        throw e;
      } finally {
        checks.sent(blob);
      }
      return;
    }
    checks.verified(blob); // somebody else hashes it as slowly as his link is
    var file = blob.file();
    if (file.isPresent() && speeds.mayGoUnwatched(transfer.caller().node())
        && sender.byKernel(exchange.request(), file.get(), offset, length)) {
      speeds.unwatched(transfer.caller().node(), length);
      transfers.observed(transfer, clock.instant(), length, true, null);
      return;
    }
    watched(transfer, watch -> {
      try (var in = watch.counting(blob.from(offset))) {
        return sender.plainly(in, exchange.response(), length);
      }
    });
  }

  private static String tag(Digest digest) {
    return "\"" + digest + "\"";
  }

  private void passThrough(Repository repository, Digest digest, boolean ranges, Exchange exchange, Describe describe)
      throws IOException {
    if (exchange.isHead()) {
      try (var in = fetches.direct(repository, digest)) {
        lengthHeaders(exchange.response(), null, in.totalBytes());
      }
      return;
    }
    var fetch = fetches.fetch(repository, digest);
    try {
      passThrough(fetch, repository, digest, ranges, exchange, describe);
    } catch (IOException e) {
      if (fetch.isFrom(repository) || e instanceof Cut cut && cut.sentBytes() > 0) {
        throw e;
      }
      // another repository's upstream has it no more, or is away; that says nothing of this one's
      passThrough(fetches.fetch(repository, digest), repository, digest, ranges, exchange, describe);
    }
  }

  private void passThrough(BlobFetches.Fetch fetch, Repository repository, Digest digest, boolean ranges,
      Exchange exchange, Describe describe) throws IOException {
    try {
      var source = fetch.source();
      follow(source, range(ranges, exchange, digest, source.totalBytes()), exchange, describe);
    } catch (NotStored e) {
      direct(repository, digest, ranges, 0, exchange, describe);
    } catch (Cut e) {
      if (!wasNotStored(fetch)) {
        throw e;
      }
      direct(repository, digest, ranges, e.sentBytes(), exchange, describe);
    }
  }

  /** Ranges of a blob whose size the upstream does not tell are answered with the whole: RFC 9110, section 14.2. */
  private static @Nullable ByteRange range(boolean allowed, Exchange exchange, Digest digest, long totalBytes) {
    return allowed && totalBytes != BlobStream.UNKNOWN
        ? ByteRange.of(exchange.range(tag(digest)), totalBytes).orElse(null)
        : null;
  }

  private long follow(BlobFetches.Source source, @Nullable ByteRange range, Exchange exchange, Describe describe)
      throws IOException {
    var offset = range == null ? 0 : range.first();
    lengthHeaders(exchange.response(), range, source.totalBytes());
    var length = range != null
        ? range.length()
        : source.totalBytes() == BlobStream.UNKNOWN ? Long.MAX_VALUE : source.totalBytes();
    return watched(describe.from(Source.UPSTREAM, offset), watch -> {
      try (var in = watch.counting(source.upload().follow(offset, HELD_BACK_BYTES))) {
        return source.totalBytes() == BlobStream.UNKNOWN
            ? sender.toItsEnd(in, exchange.response())
            : sender.plainly(in, exchange.response(), length);
      }
    });
  }

  private static boolean wasNotStored(BlobFetches.Fetch fetch) throws IOException {
    try {
      fetch.await();
      return false;
    } catch (NotStored e) {
      return true;
    } catch (IOException e) {
      return false; // the upstream broke: the cut stands
    }
  }

  /** Straight from the upstream, hashing all of it and sending what was asked for and not sent yet. */
  private void direct(Repository repository, Digest digest, boolean ranges, long sentAlready, Exchange exchange,
      Describe describe) throws IOException {
    try (var in = fetches.direct(repository, digest)) {
      var range = range(ranges, exchange, digest, in.totalBytes());
      if (sentAlready == 0) {
        lengthHeaders(exchange.response(), range, in.totalBytes());
      }
      var from = sentAlready + (range == null ? 0 : range.first());
      var length = range == null ? Long.MAX_VALUE : range.length() - sentAlready;
      watched(describe.from(Source.UPSTREAM, from),
          watch -> sender.verified(watch.counting(in), exchange.response(), digest, from, length));
    }
  }

  /**
   * Bytes that are made while they are sent, such as a layer inflated on the way.
   *
   * @param range of them that is sent; absent for all
   */
  void inflated(InputStream plain, Digest expected, @Nullable ByteRange range, Exchange exchange, Transfer transfer)
      throws IOException {
    var from = range == null ? 0 : range.first();
    var length = range == null ? Long.MAX_VALUE : range.length();
    watched(transfer, watch -> sender.verified(watch.counting(plain), exchange.response(), expected, from, length));
  }

  /** Part of a layer's plain bytes. */
  void part(InputStream plain, long length, Exchange exchange, Transfer transfer) throws IOException {
    watched(transfer, watch -> sender.plainly(watch.counting(plain), exchange.response(), length));
  }

  private interface Sending {
    long run(LinkSpeeds.Watch watch) throws IOException;
  }

  private long watched(Transfer transfer, Sending sending) throws IOException {
    Instant startedAt = clock.instant();
    var began = System.nanoTime();
    var watch = speeds.watch(transfer.caller().node());
    try {
      var sent = sending.run(watch);
      watch.end();
      transfers.observed(transfer, startedAt, sent, true, (System.nanoTime() - began) / 1e9);
      return sent;
    } catch (Cut e) {
      transfers.observed(transfer, startedAt, e.sentBytes(), false, (System.nanoTime() - began) / 1e9);
      throw e;
    }
  }

  static void lengthHeaders(HttpServletResponse response, @Nullable ByteRange range, long size) {
    if (range != null) {
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader("Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + size);
      response.setContentLengthLong(range.length());
    } else if (size >= 0) {
      response.setContentLengthLong(size);
    }
  }
}
