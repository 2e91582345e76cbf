package io.cts.client.pull;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob, whatever encoding they travel in. When the connection breaks, the rest is asked for by
 * {@code Range}, which counts decoded bytes and is answered with them (RFC 9110, section 14).
 */
final class BlobDownload extends InputStream {
  /** Breaks after which not one more byte came. */
  private static final int MOST_FRUITLESS = 4;
  private static final int MOST_BREAKS = 100;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(?:\\d{1,18}|\\*)");

  private final Connection connection;
  private final Client client;
  private final Source source;
  private final Descriptor blob;
  private final DecodeClock clock;
  private final AtomicLong allWireBytes;
  private @Nullable Reply response;
  private InputStream decoded = InputStream.nullInputStream();
  private CodecFamily coding = CodecFamily.IDENTITY;
  private @Nullable Encoding encoding;
  private long position;
  private final AtomicLong wireBytes = new AtomicLong();
  private int breaks;
  private int fruitless;

  /** Opens the blob. {@code allWireBytes} counts over all blobs of the pull. */
  BlobDownload(Connection connection, Client client, Source source, Descriptor blob, DecodeClock clock,
      AtomicLong allWireBytes) throws IOException {
    this.connection = connection;
    this.client = client;
    this.source = source;
    this.blob = blob;
    this.clock = clock;
    this.allWireBytes = allWireBytes;
    open();
  }

  private String tried() {
    return "fetch blob " + blob.digest() + " of " + source.name();
  }

  /** What the blob travelled in at first. */
  CodecFamily coding() {
    return coding;
  }

  /** With its level, where the registry says it. */
  @Nullable
  Encoding encoding() {
    return encoding;
  }

  long wireBytes() {
    return wireBytes.get();
  }

  int breaks() {
    return breaks;
  }

  private void count(int bytes) {
    wireBytes.addAndGet(bytes);
    allWireBytes.addAndGet(bytes);
  }

  private void open() throws IOException {
    var answer = connection.get(tried(), source.blob(blob.digest()),
        position == 0
            ? Map.of("Accept-Encoding", connection.acceptEncoding())
            : Map.of("Accept-Encoding", "identity", "Range", "bytes=" + position + "-"));
    response = answer;
    var contentCoding = codingOf(answer);
    var wire = new ReadAhead(new WireInput(answer.body(), client.limit(), this::count));
    decoded = contentCoding == CodecFamily.IDENTITY
        ? wire
        : clock.decoding(Codecs.of(contentCoding)
            .decoder(clock.waiting(wire), DecodeBounds.plainSize(blob.sizeBytes())));
    if (breaks == 0) {
      coding = contentCoding;
      var stated = answer.header("CTS-Encoding");
      encoding = stated == null ? null : parsed(stated);
    }
    if (position > 0) {
      continueAt(answer);
    }
  }

  private void continueAt(Reply answer) throws IOException {
    if (answer.status() == 200) {
      decoded.skipNBytes(position); // no ranges here: what was had comes again
      return;
    }
    var text = answer.header("Content-Range");
    var range = CONTENT_RANGE.matcher(text == null ? "" : text);
    if (!range.matches() || Long.parseLong(range.group(1)) != position) {
      throw new PullFailed(tried(), "the registry answered Content-Range \"" + text + "\" to bytes=" + position + "-",
          "pull again, and report it to the registry's owner");
    }
  }

  private CodecFamily codingOf(Reply answer) throws PullFailed {
    var text = answer.header("Content-Encoding");
    if (text == null) {
      return CodecFamily.IDENTITY;
    }
    return CodecFamily.ofToken(text.strip().toLowerCase(Locale.ROOT))
        .orElseThrow(() -> new PullFailed(tried(), "it came encoded as " + text + ", which nobody asked for",
            "report it to the registry's owner"));
  }

  private static @Nullable Encoding parsed(String text) {
    try {
      return Encoding.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // a newer CTS's: the family is known from Content-Encoding
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      try {
        var count = decoded.read(buffer, offset, length);
        if (count > 0) {
          position += count;
          fruitless = 0;
        } else if (count < 0 && position < blob.sizeBytes()) {
          throw new IOException("it ended at byte " + position + " of " + blob.sizeBytes());
        }
        return count;
      } catch (PullFailed e) {
        throw e;
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  private void resume(IOException cause) throws IOException {
    close();
    breaks++;
    fruitless++;
    if (fruitless > MOST_FRUITLESS || breaks > MOST_BREAKS || Thread.currentThread().isInterrupted()) {
      throw new PullFailed(tried(), "it broke off at byte " + position + " for the " + breaks + ". time ("
          + cause.getMessage() + ")", "check the link to the registry, then pull again", cause);
    }
    open();
  }

  @Override
  public void close() throws IOException {
    if (response != null) {
      response.close(); // first: closing the body alone would read it to its end
    }
    try {
      decoded.close();
    } catch (IOException e) {
      // the connection under it is gone, and the decoder's memory is free
    }
  }
}
