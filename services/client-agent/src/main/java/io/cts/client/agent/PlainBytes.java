package io.cts.client.agent;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A blob as it was asked for, decoded while it comes. When the place that it comes from fails, it goes on with the next one
 * at the same byte. For one thread.
 */
final class PlainBytes extends InputStream {
  private final Fetch fetch;
  private final DecodeBounds bounds;
  private Transfer transfer;
  private InputStream in = InputStream.nullInputStream();
  private long position;

  /**
   * Waits until somebody answers.
   *
   * @throws IOException if nobody has it
   */
  PlainBytes(Fetch fetch, DecodeBounds bounds) throws IOException {
    this.fetch = fetch;
    this.bounds = bounds;
    this.transfer = fetch.transfer(null);
    try {
      this.in = open();
    } catch (IOException e) {
      goOnElsewhere(e);
    }
  }

  private InputStream open() throws IOException {
    var encoded = transfer.follow();
    return transfer.coding() == CodecFamily.IDENTITY
        ? encoded
        : Codecs.of(transfer.coding()).decoder(encoded, bounds);
  }

  /** Where the bytes come from at the moment. */
  Transfer transfer() {
    return transfer;
  }

  /** What was read was wrong: whoever asks next is not given it from there. */
  void reject(IOException why) throws IOException {
    fetch.reject(transfer, why);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      try {
        var count = in.read(into, offset, length);
        if (count < 0 && bounds != DecodeBounds.LAYER && position < bounds.maxOutputBytes()) {
          throw new EOFException("it ended at byte " + position + " of " + bounds.maxOutputBytes());
        }
        position += Math.max(0, count);
        return count;
      } catch (IOException e) {
        goOnElsewhere(e);
      }
    }
  }

  private void goOnElsewhere(IOException why) throws IOException {
    var failure = why;
    while (true) {
      fetch.reject(transfer, failure);
      transfer = fetch.transfer(transfer);
      try {
        in.close();
      } catch (IOException e) {
        // it is left anyway
      }
      try {
        in = open();
        in.skipNBytes(position);
        return;
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
