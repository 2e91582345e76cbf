package io.cts.client.pull;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Processor time that decoding takes, without what its input takes to come. Runs for one platform thread; the streams
 * between {@link #decoding} and {@link #waiting} are what is measured.
 */
final class DecodeClock {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long nanos;
  private long startedAt;

  double seconds() {
    return nanos / 1e9;
  }

  private void start() {
    startedAt = threads.getCurrentThreadCpuTime();
  }

  private void stop() {
    nanos += threads.getCurrentThreadCpuTime() - startedAt;
  }

  /** Reading from the result is decoding. */
  InputStream decoding(InputStream decoder) {
    return new FilterInputStream(decoder) {
      @Override
      public int read() throws IOException {
        start();
        try {
          return in.read();
        } finally {
          stop();
        }
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        start();
        try {
          return in.read(buffer, offset, length);
        } finally {
          stop();
        }
      }
    };
  }

  /** Reading from the result, which a decoder does, is not decoding. */
  InputStream waiting(InputStream source) {
    return new FilterInputStream(source) {
      @Override
      public int read() throws IOException {
        stop();
        try {
          return in.read();
        } finally {
          start();
        }
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        stop();
        try {
          return in.read(buffer, offset, length);
        } finally {
          start();
        }
      }
    };
  }
}
