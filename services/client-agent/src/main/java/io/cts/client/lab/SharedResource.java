package io.cts.client.lab;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Something that all who are present share equally, such as a link or a machine's processors, in simulated time:
 * processor sharing, with a bound for each. Units are the caller's.
 */
final class SharedResource {
  private final double all;
  private final double each;
  private final PriorityQueue<Job> present = new PriorityQueue<>(Comparator.comparingDouble(Job::end));
  private double now;
  private double given; // to everybody who has been here all the time

  private record Job(int number, double end) {}

  /**
   * @param all of it a second
   * @param each what one may have of it at most
   */
  SharedResource(double all, double each) {
    this.all = all;
    this.each = each;
  }

  private double rate() {
    return Math.min(each, all / present.size());
  }

  /** When the next one has had its amount, if nobody comes before; never if nobody is here. */
  double nextEnd() {
    return present.isEmpty() ? Double.POSITIVE_INFINITY : now + Math.max(0, present.peek().end - given) / rate();
  }

  private void advance(double time) {
    if (!present.isEmpty()) {
      given += (time - now) * rate();
    }
    now = time;
  }

  void enter(double time, int number, double amount) {
    advance(time);
    present.add(new Job(number, given + amount));
  }

  /** Ends the one who is next, at {@link #nextEnd}; its number. */
  int leave(double time) {
    advance(time);
    return present.remove().number;
  }

  int present() {
    return present.size();
  }
}
