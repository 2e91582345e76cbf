package io.cts.client.agent;

import io.cts.client.agent.MirrorPath.MirroredName;
import io.cts.client.agent.Transfer.Spooled;
import io.cts.client.pull.PullFailed;
import io.cts.client.pull.Reply;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A blob from CTS, in the encoding that CTS chooses. The first request names the variant ({@code CTS-Variant}); its rest is
 * fetched in ranges side by side. What CTS is still making comes in one piece, and in ranges as well from where that broke
 * off. A registry that knows nothing of that answers with plain bytes, which are resumed as any
 * client does.
 */
final class CtsOrigin implements Origin {
  private static final String VARIANT = "CTS-Variant";
  private static final String DELTA = "cts-delta";
  private static final String ACCEPTED = "zstd, lz4, gzip";
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes 0-(\\d{1,18})/(\\d{1,18})");
  private static final int BLOCK = 64 << 10;

  private final CtsLink cts;
  private final MirroredName name;
  private final Digest digest;
  private final CodecFamily storedAs;
  private final LayerStore store;
  private final @Nullable Semaphore applying;

  /**
   * @param storedAs what the blob of that digest must be decoded with to be what is wanted: identity for itself
   * @param applying held while a delta is applied, which takes memory; absent where it must not come as one
   */
  CtsOrigin(CtsLink cts, MirroredName name, Digest digest, CodecFamily storedAs, LayerStore store,
      @Nullable Semaphore applying) {
    this.cts = cts;
    this.name = name;
    this.digest = digest;
    this.storedAs = storedAs;
    this.store = store;
    this.applying = applying;
  }

  @Override
  public String name() {
    return applying != null
        ? "CTS, with deltas,"
        : storedAs == CodecFamily.IDENTITY ? "CTS" : "CTS, as its upstream has it,";
  }

  private String tried() {
    return "fetch blob " + digest + " of " + name + " through " + cts.registry();
  }

  @Override
  public Transfer begin() throws IOException {
    var first = cts.use().rangeBytes();
    var asked = System.nanoTime();
    var reply = cts.ask("GET", cts.blob(name, digest), Map.of("Accept-Encoding", accepted(), "Range",
        "bytes=0-" + (first - 1), VARIANT, "any"));
    try {
      cts.use().answered((System.nanoTime() - asked) / 1e9);
      if (reply.status() == 416) { // nothing lies in any range of an empty blob
        reply.close();
        reply = cts.ask("GET", cts.blob(name, digest), Map.of("Accept-Encoding", "identity"));
      }
      if (reply.status() != 200 && reply.status() != 206) {
        throw new PullFailed(tried(), "CTS answered " + reply.refusal(), "see the log of CTS");
      }
      return begun(reply);
    } catch (IOException e) {
      reply.close();
      throw e;
    }
  }

  private String accepted() {
    if (storedAs != CodecFamily.IDENTITY) {
      return "identity";
    }
    return applying != null && cts.isIdentified() ? DELTA + ", " + ACCEPTED : ACCEPTED;
  }

  private Transfer begun(Reply reply) throws IOException {
    var isDelta = applying != null && DELTA.equals(reply.header("Content-Encoding"));
    var coding = isDelta ? CodecFamily.IDENTITY : coding(reply);
    if (storedAs != CodecFamily.IDENTITY && coding != CodecFamily.IDENTITY) {
      throw new PullFailed(tried(), "it came as " + coding.token(), "report it to CTS's owner");
    }
    var wire = new AtomicLong();
    var range = CONTENT_RANGE.matcher(reply.header("Content-Range") instanceof String text ? text : "");
    var part = reply.status() == 206 && range.matches();
    var length = reply.header("Content-Length");
    var variant = reply.header(VARIANT);
    var spool = part ? store.spool(variant, Long.parseLong(range.group(2))) : store.spool();
    if (!part && length != null && length.matches("\\d{1,18}")) {
      spool.totalIs(Long.parseLong(length));
    }
    var end = part ? Long.parseLong(range.group(1)) + 1 : Spool.UNKNOWN;
    var coming = new Spooled(storedAs == CodecFamily.IDENTITY ? coding : storedAs, isDelta ? null : encoding(reply),
        spool,
        () -> bring(reply, spool, wire, end, variant), wire::get, reply);
    if (!isDelta) {
      return coming;
    }
    try {
      return new DeltaTransfer(coming, digest, store, Objects.requireNonNull(applying));
    } catch (IOException e) {
      coming.close();
      throw e;
    }
  }

  private CodecFamily coding(Reply reply) throws PullFailed {
    var text = reply.header("Content-Encoding");
    return text == null
        ? CodecFamily.IDENTITY
        : CodecFamily.ofToken(text.strip().toLowerCase(Locale.ROOT))
            .orElseThrow(() -> new PullFailed(tried(), "it came encoded as " + text + ", which nobody asked for",
                "report it to CTS's owner"));
  }

  private static @Nullable Encoding encoding(Reply reply) {
    try {
      return reply.header("CTS-Encoding") instanceof String text ? Encoding.parse(text) : null;
    } catch (IllegalArgumentException e) {
      return null; // a newer CTS's: the family is known from Content-Encoding
    }
  }

  /**
   * @param end of the part that {@code first} brings; unknown where it brings the whole
   * @param variant what the other parts are asked for by; absent where they are plain bytes
   */
  private void bring(Reply first, Spool spool, AtomicLong wire, long end, @Nullable String variant)
      throws IOException {
    var broken = copy(first, spool, wire);
    if (end == Spool.UNKNOWN && broken == null && spool.total() == Spool.UNKNOWN) {
      spool.ends();
    }
    if (spool.isWhole()) {
      return;
    }
    var named = variant;
    if (end == Spool.UNKNOWN) {
      if (variant == null) {
        throw new IOException("it broke off at byte " + spool.contiguous(), broken);
      }
      named = settled(spool, variant);
    }
    var headers = new HashMap<String, String>();
    headers.put("Accept-Encoding", named == null ? "identity" : accepted());
    if (named != null) {
      headers.put(VARIANT, named);
    }
    cts.ranges().fill(tried(), cts.blob(name, digest), headers, spool, named == null, wire::addAndGet);
  }

  /**
   * An answer broke off that CTS was still making: it goes on with that, and says how long it has become.
   *
   * @return the name that the rest is asked for by
   */
  private String settled(Spool spool, String making) throws IOException {
    var heardAt = System.nanoTime();
    while (true) {
      if (spool.isFailed()) {
        throw new IOException("nobody wants it any more");
      }
      try (var reply = cts.ask("GET", cts.blob(name, digest), Map.of("Accept-Encoding", accepted(), "Range",
          "bytes=0-0", VARIANT, making))) {
        var range = CONTENT_RANGE.matcher(reply.header("Content-Range") instanceof String text ? text : "");
        if (reply.status() == 206 && range.matches() && reply.header(VARIANT) instanceof String made) {
          spool.totalIs(Long.parseLong(range.group(2)));
          return made;
        }
        if (reply.status() < 500) {
          throw new PullFailed(tried(), "it broke off, and what it was is gone (" + reply.status() + ")",
              "see the log of CTS");
        }
        if (reply.status() != 503 || reply.header("Retry-After") == null) { // somebody else's words, or of another trouble
          throw new IOException("CTS answered " + reply.refusal());
        }
        heardAt = System.nanoTime(); // it is not ready yet
      } catch (PullFailed e) {
        throw e;
      } catch (IOException e) {
        if (System.nanoTime() - heardAt > Ranges.PATIENCE.toNanos()) {
          throw e;
        }
      }
      CtsLink.pause();
    }
  }

  /** Returns why it broke off, as the rest may be asked for; null where it ended. */
  private static @Nullable IOException copy(Reply reply, Spool spool, AtomicLong wire) throws IOException {
    var position = 0L;
    try (reply) {
      var body = reply.body();
      var block = new byte[BLOCK];
      for (int count; (count = body.read(block)) >= 0;) {
        if (spool.isFailed()) {
          throw new IOException("nobody wants it any more");
        }
        spool.write(position, block, count);
        position += count;
        wire.addAndGet(count);
      }
      return null;
    } catch (IOException e) {
      if (spool.isFailed()) {
        throw e;
      }
      return e;
    }
  }
}
