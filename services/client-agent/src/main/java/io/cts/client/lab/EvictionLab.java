package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab eviction}: what CTS's eviction is worth beside least-recently-used. */
@Command(name = "eviction", description = {
    "Replays a trace of requests against stores of several sizes: CTS's eviction beside least recently"
        + " used. Without --trace the trace is generated from published figures."}, footer = {"", "Examples:",
            "  cts lab eviction", "  cts topics tail cts.transfer-observed.v1 --json > served.jsonl",
            "  cts lab eviction --trace served.jsonl --json"}, mixinStandardHelpOptions = true)
public final class EvictionLab implements Callable<Integer> {
  @Option(names = "--trace", paramLabel = "FILE", description = "events of cts.transfer-observed.v1, one JSON object a line")
  private @Nullable Path trace;

  @Option(names = "--upstream-mbps", paramLabel = "MBIT", description = "Mbit/s that the upstream gives, where the recording does not show it")
  private @Nullable Double upstreamMbps;

  @Option(names = "--seed", description = "of the generated trace (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(names = "--budgets", split = ",", paramLabel = "PERCENT", description = "sizes of the store, in per cent of all distinct bytes (default: ${DEFAULT-VALUE})")
  private List<Double> budgets = List.of(1.0, 2.0, 5.0, 10.0, 20.0);

  @Option(names = "--half-life", description = "after which a hit counts half, ISO 8601 (default: ${DEFAULT-VALUE})")
  private Duration halfLife = Duration.ofDays(1);

  @Mixin
  private LabOutput output;

  @Override
  public Integer call() throws CommandFailed {
    try (var report = output.report()) {
      measure(report);
      return 0;
    }
  }

  private void measure(LabReport report) throws CommandFailed {
    var requests = trace == null
        ? GeneratedTrace.of(TraceParameters.checkedIn(), seed)
        : RecordedTrace.read(trace,
            upstreamMbps == null ? OptionalDouble.empty() : OptionalDouble.of(upstreamMbps));
    var distinctBytes = requests.distinctBytes();
    report.note("Trace: " + requests.origin() + ".");
    report.note(String.format(Locale.ROOT, "%,d requests for %.1f GB, %.1f GB distinct. Both stores see the same.",
        requests.accesses().size(), requests.requestedBytes() / 1e9, distinctBytes / 1e9));
    if (!requests.recorded()) {
      report.note("No public registry trace is at hand: absolute rates are the generator's, compare the two columns.");
    }
    var unbounded = Replay.of(requests, new Replay.LeastRecentlyUsed(Long.MAX_VALUE));
    report.note(
        String.format(Locale.ROOT, "A store that never evicts would save %,.0f s, at hit rates of %.3f by requests"
            + " and %.3f by bytes.", unbounded.secondsSaved(), unbounded.byRequests(), unbounded.byBytes()));
    for (var percent : budgets) {
      var capacity = Math.max(1, Math.round(distinctBytes * percent / 100));
      var lru = Replay.of(requests, new Replay.LeastRecentlyUsed(capacity));
      var ours = Replay.of(requests, new Replay.LeastWorth(capacity, halfLife));
      var kind = requests.recorded() ? "recorded" : "generated";
      var where = String.format(Locale.ROOT, ", %s trace, store of %s %% (%.1f GB)", kind, number(percent),
          capacity / 1e9);
      report.add(Figure.beside("lru", lru.secondsSaved(), "seconds saved" + where, ours.secondsSaved(), "s",
          Target.ratioAtLeast(1)));
      report
          .add(Figure.beside("lru", lru.byRequests(), "hit rate by requests" + where, ours.byRequests(), "of 1", null));
      report.add(Figure.beside("lru", lru.byBytes(), "hit rate by bytes" + where, ours.byBytes(), "of 1", null));
    }
  }

  private static String number(double percent) {
    return percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent);
  }
}
