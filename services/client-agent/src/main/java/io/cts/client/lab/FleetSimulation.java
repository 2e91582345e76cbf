package io.cts.client.lab;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Nodes that pull a release, event by event. What a pull takes of CTS's processors, of the egress and of the node itself
 * goes on side by side, as bytes are served, sent and unpacked in a stream: it is over when the slowest of them is.
 */
final class FleetSimulation {

  /**
   * What one pull was measured to take.
   *
   * @param processorSeconds of CTS
   * @param nodeSeconds of the node's own processors
   * @param otherSeconds in which nothing else goes on
   */
  record PullCost(double processorSeconds, double megabits, double nodeSeconds, double otherSeconds) {}

  /** @param cores of all cache processes together */
  record Site(double cores, double egressMbit, double nodeMbit) {}

  /** Seconds are those from a node's first request until it has the image. */
  record Outcome(double pullsPerSecond, double p50, double p99, double mostAtOnce) {}

  private FleetSimulation() {}

  /** Of nodes that come by chance, evenly over a window: seconds from its beginning, in order. */
  static double[] arrivals(int nodes, double windowSeconds, long seed) {
    return new Random(seed).doubles(nodes, 0, windowSeconds).sorted().toArray();
  }

  static Outcome run(double[] arrivals, PullCost cost, Site site) {
    var processors = new SharedResource(site.cores, 1);
    var egress = new SharedResource(site.egressMbit, site.nodeMbit);
    var ready = new double[arrivals.length];
    var isHalfDone = new boolean[arrivals.length];
    var next = 0;
    var most = 0;
    var end = 0.0;
    while (true) {
      var arrival = next < arrivals.length ? arrivals[next] : Double.POSITIVE_INFINITY;
      var served = processors.nextEnd();
      var transferred = egress.nextEnd();
      var time = Math.min(arrival, Math.min(served, transferred));
      if (time == Double.POSITIVE_INFINITY) {
        break;
      } else if (time == arrival) {
        processors.enter(time, next, cost.processorSeconds);
        egress.enter(time, next, cost.megabits);
        most = Math.max(most, egress.present());
        next++;
        continue;
      }
      var node = (time == served ? processors : egress).leave(time);
      if (isHalfDone[node]) {
        var over = Math.max(time, arrivals[node] + cost.nodeSeconds) + cost.otherSeconds;
        end = Math.max(end, over);
        ready[node] = over - arrivals[node];
      }
      isHalfDone[node] = true;
    }
    Arrays.sort(ready);
    return new Outcome(arrivals.length / (end - arrivals[0]), percentile(ready, 50), percentile(ready, 99), most);
  }

  static double percentile(double[] sorted, int percent) {
    return sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
  }

  /** Pulls a second that the site can hold, however many nodes come. */
  static double capacity(PullCost cost, Site site) {
    return Math.min(site.cores / cost.processorSeconds, site.egressMbit / cost.megabits);
  }

  /** How long {@code workers} take for jobs that are taken in their order, one each at a time. */
  static double makespan(double[] jobSeconds, int workers) {
    var free = new PriorityQueue<Double>();
    for (var i = 0; i < workers; i++) {
      free.add(0.0);
    }
    for (var job : jobSeconds) {
      free.add(free.remove() + job);
    }
    return free.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
