package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** An upload into a file of its own, which is put onto its shelf when it is committed. */
final class FileUpload implements Upload {
  private static final int REHASH_BUFFER_BYTES = 1 << 18;

  /** What followers may expect. */
  enum Outcome {
    /** More bytes may come. */
    OPEN,
    /** All bytes came and are known to be right. */
    WHOLE,
    /** No more bytes come, and those that came are worth nothing. */
    FAILED
  }

  private final Shelf shelf;
  private final Path file;
  private final FileChannel channel;
  private final MessageDigest hash = Digest.Algorithm.SHA256.newHash();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long written;
  private Outcome outcome = Outcome.OPEN;
  private @Nullable IOException failure;
  private @Nullable Digest kept;
  private volatile boolean committed;

  /** Where the bytes go once they are known to be right. */
  interface Shelf {

    /** What was kept, for a follower that comes when the upload's own file is gone. */
    InputStream reopen(Digest digest, long offset) throws IOException;

    /** Makes {@code file}, whose bytes are known to hash to {@code digest}, durable as the blob. */
    void keep(Path file, FileChannel content, Digest digest) throws IOException;

    /** What went wrong, with where it did and what may be done. */
    IOException explained(String tried, IOException cause);
  }

  FileUpload(Shelf shelf, Path file) throws IOException {
    this.shelf = shelf;
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    mustBeOpen("write to");
    try {
      var bytes = ByteBuffer.wrap(buffer, offset, length);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      var explained = shelf.explained("could not store a blob after " + written + " bytes", e);
      fail(explained);
      throw explained;
    }
    hash.update(buffer, offset, length);
    lock.lock();
    try {
      written += length;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long sizeBytes() {
    lock.lock();
    try {
      return written;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Digest digest() {
    try {
      return Digest.finished(((MessageDigest) hash.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  @Override
  public void commit(Digest expected) throws IOException {
    mustBeOpen("commit");
    try {
      var actual = expected.algorithm() == Digest.Algorithm.SHA256 ? digest() : rehashed(expected.algorithm());
      if (!actual.equals(expected)) {
        throw new BlobCorrupt(expected, actual);
      }
      kept = expected;
      end(Outcome.WHOLE, null); // followers need right bytes, not durable ones: they do not wait for the disk
      shelf.keep(file, channel, expected);
      channel.close();
      committed = true;
    } catch (IOException e) {
      var explained = shelf.explained("could not store blob " + expected + " of " + written + " bytes", e);
      fail(explained);
      throw explained;
    }
  }

  private Digest rehashed(Digest.Algorithm algorithm) throws IOException {
    var other = algorithm.newHash();
    try (var in = Files.newInputStream(file)) {
      var buffer = new byte[REHASH_BUFFER_BYTES];
      for (var read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        other.update(buffer, 0, read);
      }
    }
    return new Digest(algorithm, HexFormat.of().formatHex(other.digest()));
  }

  @Override
  public void abort(IOException cause) throws IOException {
    fail(cause);
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      fail(new IOException("the upload was closed before all its bytes had come"));
    }
  }

  private void fail(IOException cause) throws IOException {
    end(Outcome.FAILED, cause);
    channel.close();
    Files.deleteIfExists(file);
  }

  private void end(Outcome how, @Nullable IOException cause) {
    lock.lock();
    try {
      if (outcome == Outcome.OPEN) {
        outcome = how;
        failure = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void mustBeOpen(String what) throws IOException {
    lock.lock();
    try {
      if (outcome != Outcome.OPEN) {
        throw new IOException("could not " + what + " an upload that has ended after " + written + " bytes", failure);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public InputStream follow(long offset, int holdBack) {
    lock.lock();
    try {
      return new FollowingStream(this, () -> opened(offset), offset, holdBack);
    } finally {
      lock.unlock();
    }
  }

  /** The file by whichever name it has: a commit takes it away at any moment, but not while the lock is held. */
  private InputStream opened(long offset) throws IOException {
    try {
      var in = new FileInputStream(file.toFile());
      in.getChannel().position(offset);
      return in;
    } catch (FileNotFoundException e) {
      if (kept == null) {
        throw e;
      }
      return shelf.reopen(kept, offset);
    }
  }

  /**
   * Waits until bytes after {@code position} may be given out.
   *
   * @return how many may; -1 at the end
   */
  long await(long position, int holdBack) throws IOException {
    lock.lock();
    try {
      while (true) {
        var given = switch (outcome) {
          case OPEN -> written - holdBack;
          case WHOLE -> written;
          case FAILED -> throw new IOException("the blob being followed broke off after " + written + " bytes: "
              + (failure == null ? "no cause given" : failure.getMessage()), failure);
        };
        if (position < given) {
          return given - position;
        }
        if (outcome == Outcome.WHOLE) {
          return -1;
        }
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a blob's next bytes");
    } finally {
      lock.unlock();
    }
  }
}
