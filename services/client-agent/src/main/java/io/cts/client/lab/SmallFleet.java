package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Version;
import io.cts.client.pull.Client;
import io.cts.client.pull.Destination;
import io.cts.client.pull.Puller;
import io.cts.client.pull.RateLimit;
import io.cts.client.pull.Source;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.RunningCts;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.oci.Reference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Real clients, each on a limited link of its own, that pull a ready image through a real CTS. */
final class SmallFleet {
  static final double NODE_MBIT = 40;
  private static final Duration AT_REST = Duration.ofSeconds(15);
  private static final Duration SETTLES = Duration.ofMinutes(2);

  private final RunningCts cts;
  private final ImageRef image;

  SmallFleet(RunningCts cts, ImageRef image) {
    this.cts = cts;
    this.image = image;
  }

  private record Pull(double seconds, long wireBytes) {}

  /**
   * What a pull takes.
   *
   * @param processorSeconds of CTS; what it takes at rest is not in it
   * @param clientProcessorSeconds of the client's own machine
   * @param waitingSeconds in which no processor works and nothing comes
   */
  record Alone(double processorSeconds, double clientProcessorSeconds, double megabits, double waitingSeconds) {

    /** Where each client has a machine of its own. */
    FleetSimulation.PullCost elsewhere() {
      return new FleetSimulation.PullCost(processorSeconds, megabits, clientProcessorSeconds, waitingSeconds);
    }

    /** Where the clients share this machine's processors with CTS, as those of {@link #together} do. */
    FleetSimulation.PullCost here() {
      return new FleetSimulation.PullCost(processorSeconds + clientProcessorSeconds, megabits, 0, waitingSeconds);
    }
  }

  /** Processor time of both sides until a moment. */
  private record Taken(double cts, double client, long nanos) {
    Taken since(Taken before) {
      return new Taken(cts - before.cts, client - before.client, nanos - before.nanos);
    }

    double seconds() {
      return nanos / 1e9;
    }
  }

  private Taken taken() throws CommandFailed {
    return new Taken(new ProcessUse(cts.processId()).processorSeconds(),
        new ProcessUse(ProcessHandle.current().pid()).ownProcessorSeconds(), System.nanoTime());
  }

  /** One client alone, and what it took. */
  Alone alone(int warmUp, int pulls) throws IOException, CommandFailed, InterruptedException {
    for (var i = 0; i < warmUp; i++) {
      pull("warm-up", null);
    }
    new ProcessUse(cts.processId()).awaitQuiet(SETTLES);
    var before = taken();
    Thread.sleep(AT_REST);
    var atRest = taken().since(before);
    before = taken();
    var seconds = new Samples();
    var bytes = 0L;
    for (var i = 0; i < pulls; i++) {
      var pull = pull("alone", new RateLimit(NODE_MBIT));
      seconds.add(pull.seconds);
      bytes = pull.wireBytes;
    }
    var pulled = taken().since(before);
    var share = pulled.seconds() / atRest.seconds();
    var megabits = bytes * 8 / 1e6;
    var processor = Math.max(0, pulled.cts - atRest.cts * share) / pulls;
    var client = Math.max(0, pulled.client - atRest.client * share) / pulls;
    return new Alone(processor, client, megabits,
        Math.max(0, seconds.median() - Math.max(megabits / NODE_MBIT, processor + client)));
  }

  /** The median of the seconds that clients take who come at {@code arrivals}. */
  double together(double[] arrivals) throws CommandFailed, InterruptedException {
    var pulls = new ArrayList<Future<Pull>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var begun = System.nanoTime();
      for (var i = 0; i < arrivals.length; i++) {
        var name = "node-" + i;
        var at = begun + (long) (arrivals[i] * 1e9);
        pulls.add(threads.submit(() -> {
          Thread.sleep(Math.max(0, (at - System.nanoTime()) / 1_000_000));
          return pull(name, new RateLimit(NODE_MBIT));
        }));
      }
      var seconds = new double[arrivals.length];
      for (var i = 0; i < seconds.length; i++) {
        seconds[i] = pulls.get(i).get().seconds;
      }
      Arrays.sort(seconds);
      return FleetSimulation.percentile(seconds, 50);
    } catch (ExecutionException e) {
      throw new CommandFailed("tried to pull " + image + " with " + arrivals.length + " clients at once but: "
          + e.getMessage(), e);
    }
  }

  private Pull pull(String node, @Nullable RateLimit limit) throws IOException {
    var client = Client.of(Version.text()).named(NodeId.of(node)).limited(limit);
    var result = new Puller(client, new Source(cts.registry(), image.name(), Reference.of(image)),
        ImageMaker.platform(), Destination.NOWHERE).pull();
    return new Pull(result.seconds(), result.wireBytes());
  }

  /** How long probe-receiver takes for an event, on the average of all that it has handled. */
  double eventSeconds() throws CommandFailed {
    var seconds = 0.0;
    var count = 0.0;
    for (var line : new CtsApi(cts.api()).text("actuator/prometheus").lines().toList()) {
      var value = line.substring(line.lastIndexOf(' ') + 1);
      if (line.startsWith("cts_events_handling_seconds_sum")) {
        seconds += Double.parseDouble(value);
      } else if (line.startsWith("cts_events_handling_seconds_count")) {
        count += Double.parseDouble(value);
      }
    }
    if (count == 0) {
      throw new CommandFailed("could not measure how long events take: " + cts.api()
          + "actuator/prometheus tells of none");
    }
    return seconds / count;
  }
}
