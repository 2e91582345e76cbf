package io.cts.client.agent;

/**
 * How many requests run side by side over the link to CTS, and how much each asks for. One connection carries a window per
 * round trip; so streams are added, doubling at first and then one at a time, as long as more comes for it, and halved when
 * connections break (additive increase, multiplicative decrease, with slow start). A range lasts several round trips.
 */
final class LinkUse {
  static final int MOST_STREAMS = 24;
  private static final int FIRST_STREAMS = 4;
  private static final int FEWEST_STREAMS = 2;
  private static final long SHORTEST_EPOCH = 300_000_000;
  private static final double WORTH_DOUBLING = 1.10;
  private static final double WORTH_ONE_MORE = 1.03;
  private static final int EPOCHS_BETWEEN_PROBES = 8;
  private static final long SMALLEST_RANGE = 256 << 10;
  private static final long LARGEST_RANGE = 8 << 20;
  private static final double SHORTEST_RANGE_SECONDS = 0.5;
  private static final int ROUND_TRIPS_OF_A_RANGE = 6;

  private int streams = FIRST_STREAMS;
  private int mostStreams = MOST_STREAMS;
  private boolean slowStart = true;
  private boolean probing;
  private boolean settling;
  private boolean broken;
  private int epochs;
  private double rateBefore;
  /** Bytes a second, all streams together; 0 while unknown. */
  private double rate;
  private double roundTripSeconds;
  private long epochBegan;
  private long epochBytes;
  private boolean wasFull;

  synchronized int streams() {
    return streams;
  }

  /** Bytes a second that came lately; 0 while unknown. */
  synchronized double rate() {
    return rate;
  }

  /** What the next request should ask for. */
  synchronized long rangeBytes() {
    if (rate == 0) {
      return SMALLEST_RANGE * 2;
    }
    var seconds = Math.max(SHORTEST_RANGE_SECONDS, ROUND_TRIPS_OF_A_RANGE * roundTripSeconds);
    var bytes = (long) (rate / streams * seconds);
    return Math.clamp(bytes, SMALLEST_RANGE, LARGEST_RANGE) & -(64L << 10);
  }

  /** The first byte of an answer came after {@code seconds}. */
  synchronized void answered(double seconds) {
    roundTripSeconds = roundTripSeconds == 0 || seconds < roundTripSeconds
        ? seconds
        : 0.98 * roundTripSeconds + 0.02 * seconds;
  }

  /** @param full whether as many requests run as may */
  synchronized void received(int bytes, boolean full, long now) {
    if (epochBegan == 0 || !full || !wasFull) {
      epochBegan = now;
      epochBytes = 0;
      wasFull = full;
      return;
    }
    epochBytes += bytes;
    var elapsed = now - epochBegan;
    if (elapsed >= Math.max(SHORTEST_EPOCH, (long) (3e9 * roundTripSeconds))) {
      var measured = epochBytes / (elapsed / 1e9);
      epochBegan = now;
      epochBytes = 0;
      endEpoch(measured);
    }
  }

  private void endEpoch(double measured) {
    epochs++;
    rate = measured;
    broken = false;
    if (settling) {
      settling = false; // new streams were still beginning
    } else if (slowStart) {
      if (measured > WORTH_DOUBLING * rateBefore && streams < mostStreams) {
        become(Math.min(2 * streams, mostStreams));
      } else {
        slowStart = false;
        if (measured <= WORTH_DOUBLING * rateBefore) {
          streams = Math.max(Math.min(FIRST_STREAMS, streams), streams / 2); // the last doubling brought nothing
        }
      }
      rateBefore = measured;
    } else if (probing) {
      probing = false;
      if (measured < WORTH_ONE_MORE * rateBefore) {
        streams--;
      }
    } else if (epochs % EPOCHS_BETWEEN_PROBES == 0 && streams < MOST_STREAMS) {
      rateBefore = measured;
      probing = true;
      become(streams + 1);
    }
  }

  private void become(int more) {
    streams = more;
    settling = true;
  }

  /** A connection broke. Those that break together count as one. */
  synchronized void broke() {
    if (broken) {
      return;
    }
    broken = true;
    mostStreams = Math.max(FEWEST_STREAMS, streams);
    streams = Math.max(FEWEST_STREAMS, streams / 2);
    slowStart = true;
    probing = false;
    settling = true;
    rateBefore = 0;
    epochBegan = 0;
  }
}
