package io.cts.codec;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/**
 * Turns a layer in one encoding into the same layer in another, in one {@link LayerPass}: inflating, hashing and encoding
 * happen at the same time.
 */
public final class LayerTranscoder {
  private final LayerPass pass;
  private final Encoding wanted;

  /** Both ends of a layer that was transcoded. */
  public record Transcoded(Digest diffId, long plainBytes, Digest encoded, long encodedBytes) {}

  /**
   * @param source the encoded layer; stays open
   * @param storedAs what {@code source} is encoded in
   * @param bounds of the decoding
   */
  public LayerTranscoder(InputStream source, CodecFamily storedAs, DecodeBounds bounds, Encoding wanted) {
    this.pass = new LayerPass(source, storedAs, bounds);
    this.wanted = wanted;
  }

  /**
   * Writes the layer in the wanted encoding to {@code sink}, which stays open; after an exception it holds a part of it.
   *
   * @throws MalformedLayer if the source cannot be decoded
   * @throws IOException of the source or the sink
   * @throws InterruptedIOException if the calling thread is interrupted; it stays so
   */
  public Transcoded transcodeTo(OutputStream sink) throws IOException {
    var encoded = new HashingOutput(sink);
    LayerPass.Plain plain;
    try (var encoder = Codecs.of(wanted.family()).encoder(encoded, wanted.level())) {
      plain = pass.readBy(encoder::write);
    }
    return new Transcoded(plain.diffId(), plain.bytes(), encoded.digest(), encoded.bytes());
  }
}
