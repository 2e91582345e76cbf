package io.cts.cache.registry;

import io.cts.contract.Digest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Puts bytes on the wire. Bytes that nobody has verified yet are hashed on the way and their last block is held until
 * the digest is known: a wrong blob is never completed, its connection is cut.
 */
final class BlobSender {
  private static final int BLOCK_BYTES = 128 << 10;

  private final Executor hashers = hashers();

  /** What went out before something broke. */
  static final class Cut extends IOException {
    private static final long serialVersionUID = 1;
    private final long sentBytes;

    Cut(long sentBytes, IOException cause) {
      super(cause.getMessage(), cause);
      this.sentBytes = sentBytes;
    }

    long sentBytes() {
      return sentBytes;
    }
  }

  /** The bytes are not those that were asked for. */
  static final class Mismatch extends IOException {
    private static final long serialVersionUID = 1;

    Mismatch(Digest expected, Digest actual) {
      super("bytes for blob " + expected + " hash to " + actual);
    }
  }

  /** As many threads as there are processors, which end when there is nothing to hash. */
  private static Executor hashers() {
    var processors = Runtime.getRuntime().availableProcessors();
    var threads = new ThreadPoolExecutor(processors, processors, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("hash-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Lets the kernel send part of a file once the request is done; false where the connector cannot. */
  boolean byKernel(HttpServletRequest request, Path file, long offset, long length) {
    if (!Boolean.TRUE.equals(request.getAttribute("org.apache.tomcat.sendfile.support"))) {
      return false;
    }
    request.setAttribute("org.apache.tomcat.sendfile.filename", file.toString());
    request.setAttribute("org.apache.tomcat.sendfile.start", offset);
    request.setAttribute("org.apache.tomcat.sendfile.end", offset + length);
    return true;
  }

  /**
   * Sends {@code length} bytes of verified content.
   *
   * @throws Cut if the content ends early or the client goes away
   */
  long plainly(InputStream in, HttpServletResponse response, long length) throws IOException {
    var sent = 0L;
    try {
      var out = response.getOutputStream();
      var block = new byte[(int) Math.min(BLOCK_BYTES, Math.max(1, length))];
      while (sent < length) {
        var count = in.read(block, 0, (int) Math.min(block.length, length - sent));
        if (count < 0) {
          throw new IOException("the stored bytes end after " + sent + " of " + length);
        }
        out.write(block, 0, count);
        sent += count;
      }
      return sent;
    } catch (IOException e) {
      throw new Cut(sent, e);
    }
  }

  /**
   * Sends all of {@code in}, if it hashes to {@code expected}.
   *
   * @throws Cut if it does not, or breaks, or the client goes away; the last block has not been sent then
   */
  long verified(InputStream in, HttpServletResponse response, Digest expected) throws IOException {
    return verified(in, response, expected, 0, Long.MAX_VALUE);
  }

  /** As above; all is hashed, and {@code length} bytes are sent at most, those from {@code from} on. Returns how many were. */
  long verified(InputStream in, HttpServletResponse response, Digest expected, long from, long length)
      throws IOException {
    var hashing = new HashBeside(expected.algorithm(), hashers);
    var out = new Window(response.getOutputStream(), from, length);
    try {
      var held = hashing.free();
      var heldCount = in.readNBytes(held, 0, held.length);
      while (heldCount > 0) {
        hashing.add(held, heldCount);
        var next = hashing.free();
        var nextCount = in.readNBytes(next, 0, next.length);
        if (nextCount == 0) {
          break;
        }
        out.write(held, heldCount);
        held = next;
        heldCount = nextCount;
      }
      var actual = hashing.digest();
      if (!actual.equals(expected)) {
        throw new Mismatch(expected, actual);
      }
      out.write(held, heldCount);
      return out.sent;
    } catch (IOException e) {
      throw new Cut(out.sent, e);
    }
  }

  /** Lets through a part of what is written. */
  private static final class Window {
    private final OutputStream out;
    private long toSkip;
    private long left;
    private long sent;

    Window(OutputStream out, long from, long length) {
      this.out = out;
      this.toSkip = from;
      this.left = length;
    }

    void write(byte[] bytes, int length) throws IOException {
      var skipped = (int) Math.min(toSkip, length);
      var count = (int) Math.min(left, length - skipped);
      toSkip -= skipped;
      left -= count;
      out.write(bytes, skipped, count);
      sent += count;
    }
  }

  /** Sends content whose length nobody said; the end of the stream says that it was right. */
  long toItsEnd(InputStream in, HttpServletResponse response) throws IOException {
    var sent = 0L;
    try {
      var out = response.getOutputStream();
      var block = new byte[BLOCK_BYTES];
      for (int count; (count = in.read(block)) >= 0;) {
        out.write(block, 0, count);
        sent += count;
      }
      return sent;
    } catch (IOException e) {
      throw new Cut(sent, e);
    }
  }
}
