package io.cts.client.agent;

import io.cts.client.agent.Blobs.Lease;
import io.cts.client.agent.MirrorPath.BlobPath;
import io.cts.codec.DecodeBounds;
import io.cts.contract.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hands blobs to engines while they come. The last block of each is given out only when the whole hashes to its digest;
 * else the connection is cut.
 */
final class BlobAnswers {
  private static final int BLOCK = 128 << 10;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private final Blobs blobs;
  private final PullLog pulls;

  BlobAnswers(Blobs blobs, PullLog pulls) {
    this.blobs = blobs;
    this.pulls = pulls;
  }

  /** What is asked for of content of a known size, {@code end} not included. */
  private record Part(long from, long end) {

    static Part of(@Nullable String header, long size) throws MirrorFailure {
      var match = RANGE.matcher(header == null ? "" : header.replace(" ", ""));
      if (!match.matches() || match.group(1).isEmpty() && match.group(2).isEmpty()) {
        return new Part(0, size);
      }
      var suffix = match.group(1).isEmpty();
      var from = suffix ? Math.max(0, size - Long.parseLong(match.group(2))) : Long.parseLong(match.group(1));
      var end = suffix || match.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(match.group(2)) + 1);
      if (from == 0 && end == size) {
        return new Part(0, size);
      }
      if (from >= end) {
        throw new MirrorFailure(416, "RANGE_INVALID",
            "asked for \"" + header + "\" of a blob of " + size + " bytes; ask for a range that lies within it");
      }
      return new Part(from, end);
    }
  }

  void serve(BlobPath path, Exchange exchange) throws IOException {
    var size = blobs.size(path.name(), path.digest());
    exchange.set("Content-Type", "application/octet-stream");
    exchange.set("Docker-Content-Digest", path.digest().toString());
    exchange.set("Accept-Ranges", "bytes");
    if (exchange.isHead() && size.isPresent()) {
      exchange.begin(200, size.getAsLong());
      return;
    }
    var lease = blobs.lease(path.name(), path.digest());
    @Nullable
    Transfer verified = null;
    try {
      verified = given(path.digest(), size, lease, exchange);
    } finally {
      if (verified == null) {
        lease.close();
      } else {
        lease.closeKeeping(verified);
      }
    }
  }

  /** Returns what all of it was read from and found right; nothing where nobody wanted to read. */
  private @Nullable Transfer given(Digest digest, OptionalLong size, Lease lease, Exchange exchange)
      throws IOException {
    pulls.asked(digest);
    try {
      var length = size.isPresent() ? size.getAsLong() : counted(lease);
      try (var in = opened(lease, DecodeBounds.plainSize(length))) {
        return send(digest, length, in, lease, exchange) ? in.transfer() : null;
      }
    } finally {
      pulls.left(digest);
    }
  }

  private static PlainBytes opened(Lease lease, DecodeBounds bounds) throws IOException {
    try {
      return new PlainBytes(lease.fetch(), bounds);
    } catch (IOException e) {
      throw UpstreamOrigins.failure(e.getCause() instanceof IOException cause ? cause : e, "BLOB_UNKNOWN");
    }
  }

  /** The size of what nobody knows the size of: known when all is here. */
  private static long counted(Lease lease) throws IOException {
    try (var once = opened(lease, DecodeBounds.LAYER)) {
      return once.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Whether all was read, and was right. */
  private boolean send(Digest digest, long size, PlainBytes in, Lease lease, Exchange exchange) throws IOException {
    var part = Part.of(exchange.header("range"), size);
    var length = part.end - part.from;
    if (length < size) {
      exchange.set("Content-Range", "bytes " + part.from + "-" + (part.end - 1) + "/" + size);
    }
    var body = exchange.begin(length < size ? 206 : 200, length);
    if (exchange.isHead()) {
      return false;
    }
    var began = System.nanoTime();
    var out = new Window(body, part);
    verified(digest, size, in, out);
    pulls.delivered(digest, in.transfer(), lease.fetch(), (System.nanoTime() - began) / 1e9, out.nanos / 1e9);
    return true;
  }

  /** Sends all but the last block while it comes, and that one when the whole is known to be right. */
  private static void verified(Digest digest, long size, PlainBytes in, Window out) throws IOException {
    var hash = digest.algorithm().newHash();
    var held = new byte[BLOCK];
    var next = new byte[BLOCK];
    var count = 0L;
    var heldCount = in.readNBytes(held, 0, BLOCK);
    while (heldCount > 0) {
      hash.update(held, 0, heldCount);
      count += heldCount;
      var nextCount = in.readNBytes(next, 0, BLOCK);
      if (nextCount == 0) {
        break;
      }
      out.write(held, heldCount);
      var swap = held;
      held = next;
      next = swap;
      heldCount = nextCount;
    }
    var actual = HexFormat.of().formatHex(hash.digest());
    if (!actual.equals(digest.hex()) || count != size) {
      var why = new IOException("the " + count + " bytes that came for blob " + digest + " hash to " + actual);
      in.reject(why);
      throw why;
    }
    out.write(held, heldCount);
  }

  /** Lets a part of what is written through, and tells how long the other side took for it. */
  private static final class Window {
    private final OutputStream out;
    private long toSkip;
    private long left;
    private long nanos;

    Window(OutputStream out, Part part) {
      this.out = out;
      this.toSkip = part.from;
      this.left = part.end - part.from;
    }

    void write(byte[] bytes, int length) throws IOException {
      var skipped = (int) Math.min(toSkip, length);
      var count = (int) Math.min(left, length - skipped);
      toSkip -= skipped;
      left -= count;
      if (count > 0) {
        var began = System.nanoTime();
        out.write(bytes, skipped, count);
        nanos += System.nanoTime() - began;
      }
    }
  }
}
