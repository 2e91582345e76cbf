package io.cts.delta;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The uncompressed bytes of a layer, from anywhere in it, until it is closed. Thread-safe. */
public interface LayerBytes extends Closeable {

  long size();

  /**
   * Fills what remains of {@code into} with the bytes from {@code offset} on. Most reads go on where one of the last few
   * ended.
   *
   * @throws java.io.EOFException if the layer has not that many bytes
   */
  void read(long offset, ByteBuffer into) throws IOException;
}
