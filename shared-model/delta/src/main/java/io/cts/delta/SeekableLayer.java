package io.cts.delta;

import io.cts.codec.SeekableZstd;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer that is kept as zstd with a seek table. Reading goes on in one of a few streams where that is near; else a new
 * one begins, for which up to a frame is decoded in vain.
 */
public final class SeekableLayer implements LayerBytes {
  private static final int STREAMS = 4;
  /** Decoding over this much is no dearer than beginning anew where a frame begins. */
  private static final long NEAR = 512 << 10;
  private static final int COPY_BYTES = 64 << 10;

  private final SeekableZstd layer;
  private final Closeable source;
  private final List<Cursor> idle = new ArrayList<>();
  private boolean closed;

  public SeekableLayer(SeekableZstd layer) {
    this(layer, () -> {});
  }

  /** @param source that {@code layer} reads, closed with this */
  private SeekableLayer(SeekableZstd layer, Closeable source) {
    this.layer = layer;
    this.source = source;
  }

  /** Holds the file open: whoever removes it meanwhile disturbs nobody. */
  public static SeekableLayer open(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SeekableLayer(SeekableZstd.of(channel), channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public long size() {
    return layer.plainBytes();
  }

  @Override
  public void read(long offset, ByteBuffer into) throws IOException {
    if (offset < 0 || offset + into.remaining() > size()) {
      throw new EOFException("tried to read " + into.remaining() + " bytes at " + offset + " of a layer of " + size());
    }
    var near = takeNear(offset);
    var cursor = near != null ? near : new Cursor(layer.from(offset), offset);
    var isUsable = false;
    try {
      cursor.readAt(offset, into);
      isUsable = true;
    } finally {
      giveBack(cursor, isUsable);
    }
  }

  private synchronized @Nullable Cursor takeNear(long offset) throws IOException {
    if (closed) {
      throw new IOException("tried to read a layer that is closed");
    }
    // frames are 4 to 32 MiB long, all of which before the offset would be decoded anew
    var near = Math.max(NEAR, offset - layer.frameBegin(offset));
    @Nullable
    Cursor nearest = null;
    for (var cursor : idle) {
      if (cursor.position <= offset && offset - cursor.position <= near
          && (nearest == null || cursor.position > nearest.position)) {
        nearest = cursor;
      }
    }
    if (nearest != null) {
      idle.remove(nearest);
    }
    return nearest;
  }

  private void giveBack(Cursor cursor, boolean isUsable) throws IOException {
    @Nullable
    Cursor surplus = cursor;
    synchronized (this) {
      if (isUsable && !closed) {
        idle.add(cursor);
        surplus = idle.size() > STREAMS ? idle.removeFirst() : null;
      }
    }
    if (surplus != null) {
      surplus.in.close();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (Iterator<Cursor> each = idle.iterator(); each.hasNext(); each.remove()) {
      each.next().in.close();
    }
    source.close();
  }

  /** A stream that knows where it is. */
  private static final class Cursor {
    final InputStream in;
    private final byte[] copy = new byte[COPY_BYTES];
    long position;

    Cursor(InputStream in, long position) {
      this.in = in;
      this.position = position;
    }

    void readAt(long offset, ByteBuffer into) throws IOException {
      in.skipNBytes(offset - position);
      position = offset;
      while (into.hasRemaining()) {
        var count = into.hasArray()
            ? in.read(into.array(), into.arrayOffset() + into.position(), into.remaining())
            : in.read(copy, 0, Math.min(copy.length, into.remaining()));
        if (count < 0) {
          throw new EOFException("the layer ends at byte " + position);
        }
        if (into.hasArray()) {
          into.position(into.position() + count);
        } else {
          into.put(copy, 0, count);
        }
        position += count;
      }
    }
  }
}
