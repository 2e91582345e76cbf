package io.cts.delta;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A layer that lies uncompressed in a file. */
public final class FileLayer implements LayerBytes {
  private final Path file;
  private final FileChannel channel;
  private final long size;

  public FileLayer(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.size = channel.size();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer into) throws IOException {
    var at = offset;
    while (into.hasRemaining()) {
      var count = channel.read(into, at);
      if (count < 0) {
        throw new EOFException("tried to read byte " + at + " of " + file + " but it ends before");
      }
      at += count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
