package io.cts.client.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Measures what a folder's disk takes: a file of bytes like those in layers, written and flushed to the drive. */
public final class DiskProbe {
  private static final int SAMPLE = 4 << 20;
  private static final int PIECE = 1 << 20;
  private static final long FIRST_BYTES = 8 << 20;
  private static final long MOST_BYTES = 128 << 20;
  /** Of the folder's free space, this part at most is written. */
  private static final int PART_OF_FREE = 10;
  /** A file that takes at least so long tells the drive's speed rather than that of beginning and flushing. */
  private static final double ENOUGH_SECONDS = 0.5;
  /** A drive so slow that a file takes longer is judged by what was written until then. */
  private static final double LONGEST_SECONDS = 5;

  private final Path folder;

  public DiskProbe(Path folder) {
    this.folder = folder;
  }

  /**
   * Megabytes per second, in ever larger files until one takes long enough. What is written is gone afterwards.
   *
   * @throws IOException where the folder cannot be written to, or has too little room to tell
   */
  public double writeMBps() throws IOException {
    try {
      var most = Math.min(MOST_BYTES, Files.getFileStore(folder).getUsableSpace() / PART_OF_FREE);
      if (most < FIRST_BYTES) {
        throw new IOException("less than " + FIRST_BYTES * PART_OF_FREE / 1_000_000 + " MB are free");
      }
      var sample = SampleBytes.ofThisJdk(SAMPLE);
      for (var bytes = FIRST_BYTES;; bytes *= 2) {
        var written = write(sample, bytes);
        if (written.seconds >= ENOUGH_SECONDS || 2 * bytes > most) {
          return written.bytes / 1e6 / written.seconds;
        }
      }
    } catch (IOException e) {
      throw new IOException("tried to write to " + folder + " to measure its disk, but could not (" + e
          + "); name a folder with --store", e);
    }
  }

  private record Written(long bytes, double seconds) {}

  private Written write(byte[] sample, long bytes) throws IOException {
    var file = folder.resolve("cts-probe-" + UUID.randomUUID() + ".tmp");
    try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE)) {
      var started = System.nanoTime();
      var written = 0L;
      for (var piece = 0; written < bytes && seconds(started) < LONGEST_SECONDS; piece++) {
        // begins elsewhere each time: a drive or a file system that looks for repetitions finds none
        var from = (int) (piece * 1_000_003L % (sample.length - PIECE));
        for (var buffer = ByteBuffer.wrap(sample, from, PIECE); buffer.hasRemaining();) {
          written += channel.write(buffer);
        }
      }
      channel.force(true);
      return new Written(written, seconds(started));
    }
  }

  private static double seconds(long started) {
    return (System.nanoTime() - started) / 1e9;
  }
}
