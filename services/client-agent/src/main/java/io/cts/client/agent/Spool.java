package io.cts.client.agent;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that fills from several sides while others read it from the front, as far as there is no hole. Thread-safe; its
 * maker closes it when nobody needs it any more, and that removes the file unless it was moved away.
 */
final class Spool implements Closeable {
  static final long UNKNOWN = -1;
  /** With less, a write that failed failed for want of room. */
  private static final long FULL_BYTES = 1L << 20;

  /** From a byte to the one after the last. */
  record Stretch(long from, long end) {}

  private final Path file;
  private final FileChannel channel;
  private final @Nullable SpoolJournal journal;
  private final Room room;
  /** Stretches that are there, from their first byte to the one after their last. */
  private final TreeMap<Long, Long> there = new TreeMap<>();
  private long total = UNKNOWN;
  private @Nullable IOException failure;

  /** What may be done about a disk that is full. */
  @FunctionalInterface
  interface Room {
    /** Whether there is more room now. */
    boolean made() throws IOException;
  }

  /** @param room asked for when the disk is full */
  Spool(Path folder, Room room) throws IOException {
    this.room = room;
    Files.createDirectories(folder);
    file = Files.createTempFile(folder, "spool-", ".part");
    channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    journal = null;
  }

  /** One that goes on where a process that was killed had come to. */
  Spool(SpoolJournal journal, long total, Room room) throws IOException {
    this.room = room;
    this.file = journal.content();
    this.journal = journal;
    this.total = total;
    channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      for (var stretch : journal.open(Math.min(total, channel.size()))) {
        arrived(stretch.from(), stretch.end());
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  synchronized long total() {
    return total;
  }

  /** How many bytes it will hold. */
  synchronized void totalIs(long bytes) {
    total = bytes;
    notifyAll();
  }

  /** Nothing follows what is there: for a stream of which nobody said how long it is. */
  synchronized void ends() {
    totalIs(contiguous());
  }

  /** Wakes those who wait for bytes that will not come. */
  synchronized void fails(IOException why) {
    if (failure == null) {
      failure = why;
      notifyAll();
    }
  }

  synchronized boolean isWhole() {
    return total >= 0 && contiguous() == total;
  }

  synchronized boolean isFailed() {
    return failure != null;
  }

  /** Bytes from the front on without a hole. */
  synchronized long contiguous() {
    var first = there.firstEntry();
    return first == null || first.getKey() > 0 ? 0 : first.getValue();
  }

  /** What is not there, in order. */
  synchronized List<Stretch> missing() {
    var missing = new ArrayList<Stretch>();
    var position = 0L;
    for (var stretch : there.entrySet()) {
      if (stretch.getKey() > position) {
        missing.add(new Stretch(position, stretch.getKey()));
      }
      position = stretch.getValue();
    }
    if (position < total) {
      missing.add(new Stretch(position, total));
    }
    return missing;
  }

  void write(long offset, byte[] bytes, int length) throws IOException {
    write(offset, bytes, 0, length);
  }

  /** @param at where in {@code bytes} they begin */
  void write(long offset, byte[] bytes, int at, int length) throws IOException {
    var buffer = ByteBuffer.wrap(bytes, at, length);
    while (buffer.hasRemaining()) {
      try {
        channel.write(buffer, offset + buffer.position() - at);
      } catch (IOException e) {
        if (!isFull() || !room.made()) {
          throw e;
        }
      }
    }
    if (journal != null) {
      journal.add(offset, offset + length);
    }
    arrived(offset, offset + length);
  }

  private boolean isFull() throws IOException {
    return channel.isOpen() && Files.getFileStore(file).getUsableSpace() < FULL_BYTES;
  }

  /** Writes from the front on. Closing it changes nothing. */
  OutputStream appending() {
    return new OutputStream() {
      private long position;

      @Override
      public void write(int b) throws IOException {
        write(new byte[]{(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (isFailed()) {
          throw new IOException("nobody wants it any more");
        }
        Spool.this.write(position, bytes, offset, length);
        position += length;
      }
    };
  }

  private synchronized void arrived(long from, long to) {
    var first = from;
    var end = to;
    var before = there.floorEntry(from);
    if (before != null && before.getValue() >= from) {
      first = before.getKey();
      end = Math.max(end, before.getValue());
    }
    for (var next = there.ceilingEntry(first); next != null && next.getKey() <= end; next = there.ceilingEntry(first)) {
      end = Math.max(end, next.getValue());
      there.remove(next.getKey());
    }
    there.put(first, end);
    notifyAll();
  }

  /**
   * Waits until something is there at {@code offset}.
   *
   * @return where the bytes from there on end; {@code offset} itself where the content ends there
   * @throws IOException if it will not come
   */
  private synchronized long await(long offset) throws IOException {
    while (true) {
      var end = contiguous();
      if (end > offset || total >= 0 && offset >= total) {
        return end;
      }
      if (failure != null) {
        throw new IOException("the bytes from " + offset + " on did not come: " + failure.getMessage(), failure);
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("waiting for byte " + offset + " was given up", e);
      }
    }
  }

  /** Waits until all is there. */
  synchronized void awaitWhole() throws IOException {
    for (var end = await(0); !isWhole();) {
      end = await(end);
    }
  }

  /** Everything from the first byte on, as it comes. Closing it leaves the spool as it is. */
  InputStream follow() {
    return new Following();
  }

  private final class Following extends InputStream {
    private long position;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      var end = await(position);
      if (end <= position) {
        return -1;
      }
      var count = channel.read(ByteBuffer.wrap(into, offset, (int) Math.min(length, end - position)), position);
      if (count > 0) {
        position += count;
      }
      return count;
    }
  }

  /** Makes sure that the bytes survive a crash. */
  void sync() throws IOException {
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    fails(new IOException("nobody wants them any more"));
    channel.close();
    Files.deleteIfExists(file);
    if (journal != null) {
      journal.close();
    }
  }
}
