package io.cts.client.agent;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A blob's bytes on their way from one place. Others may read them while {@link #run} brings them. */
interface Transfer extends Closeable {

  /** What the bytes must be decoded with to become those that were asked for. */
  CodecFamily coding();

  /** With its level, where it is known. */
  @Nullable
  Encoding encoding();

  /** The bytes from the first on, as they come; to be closed by the caller. */
  InputStream follow() throws IOException;

  /** Brings all, and returns when all is there. */
  void run() throws IOException;

  /** Ends it: what is read from it fails from now on, and {@link #run} as well. */
  void fail(IOException why);

  /** Where the whole lies, to be kept; nothing where it is kept already. */
  @Nullable
  Spool spool();

  long wireBytes();

  /**
   * Into a spool, by whatever means.
   *
   * @param source what the bytes come from, closed with the transfer
   */
  record Spooled(CodecFamily coding, @Nullable Encoding encoding, Spool spool, Work work, LongSupplier wire,
      Closeable source)
      implements
        Transfer {

    @FunctionalInterface
    interface Work {
      void run() throws IOException;
    }

    @Override
    public InputStream follow() {
      return spool.follow();
    }

    @Override
    public void run() throws IOException {
      try {
        work.run();
        if (!spool.isWhole()) {
          throw new IOException("it ended with a hole at byte " + spool.contiguous());
        }
      } catch (IOException e) {
        spool.fails(e);
        throw e;
      }
    }

    @Override
    public void fail(IOException why) {
      spool.fails(why);
    }

    @Override
    public long wireBytes() {
      return wire.getAsLong();
    }

    @Override
    public void close() throws IOException {
      try (source) {
        spool.close();
      }
    }
  }
}
