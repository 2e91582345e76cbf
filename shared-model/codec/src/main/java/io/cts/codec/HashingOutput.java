package io.cts.codec;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Counts and hashes what it passes on to a sink that stays open. */
final class HashingOutput extends OutputStream {
  private final OutputStream sink;
  private final MessageDigest hash = Digest.Algorithm.SHA256.newHash();
  private long bytes;

  HashingOutput(OutputStream sink) {
    this.sink = sink;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[]{(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    sink.write(from, offset, length);
    hash.update(from, offset, length);
    bytes += length;
  }

  @Override
  public void flush() throws IOException {
    sink.flush();
  }

  long bytes() {
    return bytes;
  }

  /** Of all bytes; called once, at the end. */
  Digest digest() {
    return Digest.finished(hash.digest());
  }
}
