package io.cts.client.lab;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;

/** Nodes that pull a release, event by event: each is served by CTS's processors, then its bytes share the egress. */
final class FleetSimulation {

  /** What one pull was measured to take. */
  record PullCost(double processorSeconds, double megabits, double otherSeconds) {}

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
      } else if (time == transferred) {
        var node = egress.leave(time);
        end = time + cost.otherSeconds;
        ready[node] = end - arrivals[node];
      } else if (time == served) {
        egress.enter(time, processors.leave(time), cost.megabits);
        most = Math.max(most, egress.present());
      } else {
        processors.enter(time, next++, cost.processorSeconds);
      }
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
