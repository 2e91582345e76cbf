package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.RunFile;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkerProcess;
import io.cts.client.topics.EventReader;
import io.cts.contract.Digest;
import io.cts.contract.EncodingRequested;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerEncoded;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.contract.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Images made ready, one after the other, by worker processes of a CTS of its own that encodes nothing itself. */
final class EncodingRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  /** One encoding is left to choose: the one that costs most, so that workers are what is measured. */
  private static final String LADDER = "identity, zstd-19";
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final RunningCts cts;
  private final Path launcher;
  private final Path folder;
  private final EventReader<EncodingRequested> requested;
  private final EventReader<LayerEncoded> encoded;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private @Nullable PullId pull;

  private EncodingRun(RunningCts cts, Path launcher, Path folder) throws CommandFailed {
    this.cts = cts;
    this.launcher = launcher;
    this.folder = folder;
    var kafka = Objects.requireNonNull(RunFile.read(folder.resolve("data")).kafka());
    requested = new EventReader<>(kafka, Topics.ENCODING_REQUESTED);
    encoded = new EventReader<>(kafka, Topics.LAYER_ENCODED);
  }

  /**
   * @param folder of this run alone
   * @param upstream {@code NAME=URL}
   */
  static EncodingRun start(Path launcher, Path folder, String upstream) throws IOException, CommandFailed {
    var cts = RunningCts.start(launcher, folder.resolve("data"), folder.resolve("up.log"), upstream,
        Map.of("CTS_LADDER", LADDER), "--no-worker");
    try {
      return new EncodingRun(cts, launcher, folder);
    } catch (CommandFailed e) {
      cts.close();
      throw e;
    }
  }

  /** Starts workers, each held to one core, and waits until they work. */
  void workers(int count) throws IOException, CommandFailed, InterruptedException {
    var fresh = new ArrayList<WorkerProcess>();
    for (var i = 0; i < count; i++) {
      var worker = WorkerProcess.start(launcher, folder.resolve("data"),
          folder.resolve("worker-" + workers.size() + ".log"));
      workers.add(worker);
      fresh.add(worker);
    }
    for (var worker : fresh) {
      worker.awaitUp();
    }
  }

  /** Kills the worker that was started as {@code number}, from 0. */
  void kill(int number) {
    workers.get(number).kill();
  }

  private record Order(ImageRef image, Platform platform, String objective) {}

  /** Has the image's layers made as small as can be; what is asked from now on is of it. */
  void announce(ImageRef image) throws CommandFailed {
    var answer = new CtsApi(cts.api()).post("v1/pulls", new Order(image, ImageMaker.platform(), "egress"));
    pull = PullId.parse(answer.path("id").stringValue());
  }

  /** Waits until there are jobs, and {@code share} of them are done. */
  void await(double share) throws CommandFailed, InterruptedException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (jobs().isEmpty() || made().size() < share * jobs().size()) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailed("tried to have layers encoded but " + made().size() + " of " + jobs().size()
            + " were after " + PATIENCE.toMinutes() + " min; what CTS and its workers said is in " + folder);
      }
      Thread.sleep(BETWEEN);
    }
  }

  /** What is asked for, once each, in the order in which it was. */
  List<String> jobs() throws CommandFailed {
    return asked().stream().map(job -> key(job.diffId(), job.encoding().toString())).distinct().toList();
  }

  private List<EncodingRequested> asked() throws CommandFailed {
    return requested.all().stream().filter(job -> job.pull().equals(pull)).toList();
  }

  private List<LayerEncoded> results() throws CommandFailed {
    var jobs = Set.copyOf(jobs());
    return encoded.all().stream().filter(it -> jobs.contains(key(it.diffId(), it.encoding().toString()))).toList();
  }

  private Map<String, List<LayerEncoded>> made() throws CommandFailed {
    return results().stream().collect(Collectors.groupingBy(job -> key(job.diffId(), job.encoding().toString())));
  }

  private static String key(Digest diffId, String encoding) {
    return encoding + " of " + diffId;
  }

  /** Jobs that nobody has done. */
  long lost() throws CommandFailed {
    var made = made();
    return jobs().stream().filter(job -> !made.containsKey(job)).count();
  }

  /** Jobs whose result was told more than once. */
  long repeated() throws CommandFailed {
    return made().values().stream().filter(results -> results.size() > 1).count();
  }

  /** How many jobs there are of each encoding, as in {@code 3 zstd-9, 1 gzip-9}. */
  String encodings() throws CommandFailed {
    return jobs().stream()
        .collect(Collectors.groupingBy(job -> job.substring(0, job.indexOf(' ')), TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  /** @param plainBytes of all jobs */
  record Timing(double seconds, long plainBytes, List<Double> encodeSeconds) {
    double megabytesPerSecond() {
      return plainBytes / 1e6 / seconds;
    }
  }

  /** From the first request until the last result. */
  Timing timing() throws CommandFailed {
    var jobs = results();
    var begun = first(asked().stream().map(EncodingRequested::at).toList());
    var ended = jobs.stream().map(LayerEncoded::at).max(Instant::compareTo).orElse(null);
    if (begun == null || ended == null) {
      throw new CommandFailed("no layer was encoded; what CTS and its workers said is in " + folder);
    }
    return new Timing(Duration.between(begun, ended).toNanos() / 1e9,
        jobs.stream().mapToLong(LayerEncoded::sizeBytes).sum(),
        jobs.stream().map(LayerEncoded::encodeSeconds).toList());
  }

  private static @Nullable Instant first(List<Instant> times) {
    return times.stream().min(Instant::compareTo).orElse(null);
  }

  RunningCts cts() {
    return cts;
  }

  @Override
  public void close() {
    try (cts; requested; encoded) {
      workers.forEach(WorkerProcess::close);
    }
  }
}
