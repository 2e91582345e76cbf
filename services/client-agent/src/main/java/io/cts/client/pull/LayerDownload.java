package io.cts.client.pull;

import io.cts.client.pull.PullResult.LayerResult;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Brings one layer home: decodes it, and verifies it by the manifest's digest and by the configuration's diffID. */
final class LayerDownload {
  private static final int BLOCK = 64 << 10;

  private final Connection connection;
  private final Client client;
  private final Source source;
  private final Destination destination;
  private final AtomicLong allWireBytes;

  LayerDownload(Connection connection, Client client, Source source, Destination destination,
      AtomicLong allWireBytes) {
    this.connection = connection;
    this.client = client;
    this.source = source;
    this.destination = destination;
    this.allWireBytes = allWireBytes;
  }

  /** Must run on a platform thread: processor time is counted. */
  LayerResult fetch(Descriptor layer, CodecFamily storedAs, Digest diffId) throws IOException {
    var started = System.nanoTime();
    if (destination.holds(layer.digest())) {
      return new LayerResult(layer.digest(), diffId, storedAs, null, true, layer.sizeBytes(), 0, 0, 0, 0);
    }
    var clock = new DecodeClock();
    try (var blob = new BlobDownload(connection, client, source, layer, clock, allWireBytes);
        var slot = destination.slot(layer.digest())) {
      var whole = new Hashing(blob, layer.digest(), slot.out());
      var content = contentDigest(clock, whole, storedAs, diffId);
      if (!whole.digest().equals(layer.digest()) || whole.count != layer.sizeBytes()) {
        throw wrong(layer, "its " + whole.count + " bytes are " + whole.digest());
      }
      if (!content.equals(diffId)) {
        throw wrong(layer, "its content is " + content + " and not " + diffId + ", as the configuration says");
      }
      slot.keep();
      var travelledAs = blob.coding() == CodecFamily.IDENTITY ? storedAs : blob.coding();
      return new LayerResult(layer.digest(), diffId, travelledAs, blob.encoding(), false, layer.sizeBytes(),
          blob.wireBytes(), (System.nanoTime() - started) / 1e9, clock.seconds(), blob.breaks());
    }
  }

  private PullFailed wrong(Descriptor layer, String why) {
    return new PullFailed("verify layer " + layer.digest() + " of " + source.name(), why,
        "nothing of it was kept; pull again, and report it if it stays so");
  }

  /** Reads the blob to its end. An uncompressed layer is hashed once: its own digest is that of its content. */
  private static Digest contentDigest(DecodeClock clock, Hashing blob, CodecFamily storedAs, Digest diffId)
      throws IOException {
    if (storedAs == CodecFamily.IDENTITY && blob.like.algorithm() == diffId.algorithm()) {
      blob.drain();
      return blob.digest();
    }
    var content = new Hashing(
        storedAs == CodecFamily.IDENTITY
            ? blob
            : clock.decoding(Codecs.of(storedAs).decoder(clock.waiting(blob), DecodeBounds.LAYER)),
        diffId, OutputStream.nullOutputStream());
    content.drain();
    blob.drain(); // what a decoder may leave behind
    return content.digest();
  }

  /** Hashes what is read through it, and copies it. */
  private static final class Hashing extends FilterInputStream {
    private final Digest like;
    private final MessageDigest hash;
    private final OutputStream copy;
    private long count;
    private @Nullable Digest digest;

    /** @param like whose algorithm is used */
    Hashing(InputStream in, Digest like, OutputStream copy) {
      super(in);
      this.like = like;
      this.hash = like.algorithm().newHash();
      this.copy = copy;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      var read = in.read(buffer, offset, length);
      if (read > 0) {
        hash.update(buffer, offset, read);
        copy.write(buffer, offset, read);
        count += read;
      }
      return read;
    }

    void drain() throws IOException {
      var block = new byte[BLOCK];
      while (read(block, 0, block.length) >= 0) {
        // hashing is all that is wanted
      }
    }

    Digest digest() {
      if (digest == null) {
        digest = new Digest(like.algorithm(), HexFormat.of().formatHex(hash.digest()));
      }
      return digest;
    }
  }
}
