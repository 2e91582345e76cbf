package io.cts.client.pull;

import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A link of bounded speed, shared by all who read through it: a token bucket that holds 20 ms. Readers that are made to
 * wait leave their bytes in the socket, so that the sender is slowed down by TCP.
 */
public final class RateLimit {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)(?:m|mbit|mbit/s|mbps)?");
  private static final long BURST_NANOS = 20_000_000;

  private final double mbitPerSecond;
  private final double nanosPerByte;
  private long paidUntil = System.nanoTime();

  public RateLimit(double mbitPerSecond) {
    if (!(mbitPerSecond > 0)) {
      throw new IllegalArgumentException("a link needs a speed above 0, not " + mbitPerSecond + " Mbit/s");
    }
    this.mbitPerSecond = mbitPerSecond;
    this.nanosPerByte = 8_000 / mbitPerSecond;
  }

  /**
   * Parses {@code 20Mbit}, {@code 20mbit/s} or {@code 20}.
   *
   * @throws IllegalArgumentException saying what may be written
   */
  public static RateLimit parse(String text) {
    var match = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw new IllegalArgumentException("not a speed: \"" + text + "\" (expected megabits per second, as in 20Mbit)");
    }
    return new RateLimit(Double.parseDouble(match.group(1)));
  }

  public double mbitPerSecond() {
    return mbitPerSecond;
  }

  /** What is read from the result is no faster than the limit. */
  public InputStream through(InputStream in) {
    return new WireInput(in, this, _ -> {});
  }

  /** The most to read in one go, so that waits stay short. */
  int portion() {
    return (int) Math.clamp((long) (BURST_NANOS / nanosPerByte / 4), 1024, 64 << 10);
  }

  /** Waits until {@code bytes} that were read have been paid for. */
  void pay(int bytes) {
    var until = book(bytes, System.nanoTime());
    for (var left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return; // whoever reads on will notice
      }
    }
  }

  /** When {@code bytes} that are read at {@code now} will have been paid for. */
  synchronized long book(int bytes, long now) {
    paidUntil = Math.max(paidUntil, now - BURST_NANOS) + Math.round(bytes * nanosPerByte);
    return paidUntil;
  }

  @Override
  public String toString() {
    return (mbitPerSecond == Math.rint(mbitPerSecond)
        ? String.valueOf((long) mbitPerSecond)
        : String.valueOf(mbitPerSecond)) + " Mbit/s";
  }
}
