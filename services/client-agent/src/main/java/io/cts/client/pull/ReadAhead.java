package io.cts.client.pull;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes bytes off the wire while others are decoded and hashed: without it a link stands still whenever the processor is
 * busy. Holds at most 4 MiB.
 */
final class ReadAhead extends InputStream {
  private static final int CHUNK = 64 << 10;
  private static final int CHUNKS = 64;

  /** @param failure why nothing follows; absent on a chunk of bytes and at the regular end */
  private record Chunk(byte[] bytes, int length, @Nullable IOException failure) {
    boolean isLast() {
      return length <= 0;
    }
  }

  private final InputStream source;
  private final BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(CHUNKS);
  private final Thread reader;
  private Chunk current = new Chunk(new byte[0], 0, null);
  private int position;
  private boolean begun;

  ReadAhead(InputStream source) {
    this.source = source;
    this.reader = Thread.ofVirtual().name("read-ahead").unstarted(this::fill);
    reader.start();
  }

  private void fill() {
    try {
      var more = true;
      while (more) {
        var chunk = next();
        queue.put(chunk);
        more = !chunk.isLast();
      }
    } catch (InterruptedException e) {
      // closed: nobody wants the rest
    }
  }

  private Chunk next() {
    var bytes = new byte[CHUNK];
    try {
      return new Chunk(bytes, source.read(bytes, 0, CHUNK), null);
    } catch (IOException e) {
      return new Chunk(bytes, -1, e);
    } catch (RuntimeException e) {
      return new Chunk(bytes, -1, new IOException("reading broke: " + e, e));
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position >= current.length && !(begun && current.isLast())) {
      advance();
    }
    if (current.isLast()) {
      if (current.failure != null) {
        throw current.failure;
      }
      return -1;
    }
    var count = Math.min(length, current.length - position);
    System.arraycopy(current.bytes, position, buffer, offset, count);
    position += count;
    return count;
  }

  private void advance() throws IOException {
    try {
      current = queue.take();
      position = 0;
      begun = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the pull was given up", e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.interrupt();
    source.close();
  }
}
