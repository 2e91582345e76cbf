package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a trace from what a CTS really served: the events of {@code cts.transfer-observed.v1}, one JSON object a line, as
 * {@code cts topics tail cts.transfer-observed.v1 --json} prints them.
 */
final class RecordedTrace {
  /** Below this, latency rather than the upstream's speed decides how long a transfer takes. */
  private static final long TELLS_SPEED_BYTES = 1_000_000;
  private static final double BITS_PER_BYTE = 8;

  /** What one line tells of a whole blob. */
  private record Transfer(Instant at, String key, long bytes, @Nullable Double seconds, boolean fromUpstream) {
    double megabytesPerSecond() {
      return seconds == null ? Double.NaN : bytes / 1e6 / seconds;
    }
  }

  private RecordedTrace() {}

  /**
   * @param upstreamMbps Mbit/s that the upstream is taken to give where the recording does not show it
   * @throws CommandFailed saying which line cannot be read, or what is missing
   */
  static AccessTrace read(Path file, OptionalDouble upstreamMbps) throws CommandFailed {
    var transfers = transfers(file);
    if (transfers.isEmpty()) {
      throw new CommandFailed("tried to replay " + file
          + ", but it holds no complete transfer; record a CTS that serves: cts topics tail cts.transfer-observed.v1 --json");
    }
    var speed = upstreamMBps(transfers, upstreamMbps, file);
    var accesses = transfers.stream()
        .map(transfer -> new Access(transfer.at(), transfer.key(), transfer.bytes(), spared(transfer, speed)))
        .toList();
    var origin = String.format(Locale.ROOT,
        "recorded in %s; a hit is taken to spare what the upstream would take longer, at %.0f Mbit/s (%s)", file,
        speed * BITS_PER_BYTE, upstreamMbps.isPresent() ? "as given" : "the recording's median");
    return new AccessTrace(origin, true, accesses);
  }

  private static double upstreamMBps(List<Transfer> transfers, OptionalDouble givenMbps, Path file)
      throws CommandFailed {
    if (givenMbps.isPresent()) {
      return givenMbps.getAsDouble() / BITS_PER_BYTE;
    }
    var speeds = transfers.stream()
        .filter(transfer -> transfer.fromUpstream() && transfer.bytes() >= TELLS_SPEED_BYTES)
        .mapToDouble(Transfer::megabytesPerSecond)
        .filter(speed -> speed > 0)
        .sorted()
        .toArray();
    if (speeds.length == 0) {
      throw new CommandFailed("tried to tell from " + file
          + " how fast the upstream is, but it holds no timed transfer of 1 MB or more from upstream; say it with"
          + " --upstream-mbps");
    }
    return speeds[speeds.length / 2];
  }

  /** What came through from upstream took the upstream's time already: served from the store it would spare the same. */
  private static double spared(Transfer transfer, double upstreamMBps) {
    var fromUpstream = transfer.bytes() / 1e6 / upstreamMBps;
    var seconds = transfer.seconds();
    return transfer.fromUpstream() || seconds == null ? fromUpstream : Math.max(0, fromUpstream - seconds);
  }

  private static List<Transfer> transfers(Path file) throws CommandFailed {
    var json = JsonMapper.builder().build();
    var transfers = new ArrayList<Transfer>();
    try (var lines = Files.newBufferedReader(file)) {
      var number = 0;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          add(transfers, parsed(json, line, number, file), number, file);
        }
      }
    } catch (IOException e) {
      throw new CommandFailed("tried to read the recording " + file + ", but: " + e, e);
    }
    transfers.sort(Comparator.comparing(Transfer::at));
    return transfers;
  }

  private static JsonNode parsed(JsonMapper json, String line, int number, Path file) throws CommandFailed {
    try {
      return json.readTree(line);
    } catch (JacksonException e) {
      throw new CommandFailed("tried to read line " + number + " of " + file + ", but it is no JSON: "
          + e.getOriginalMessage(), e);
    }
  }

  private static void add(List<Transfer> transfers, JsonNode line, int number, Path file) throws CommandFailed {
    var event = line.has("value") && line.get("value").isObject() ? line.get("value") : line;
    if (!event.path("complete").asBoolean(false) || event.path("offset").asLong(0) != 0) {
      return;
    }
    try {
      var layer = event.path("diffId");
      var encoding = event.path("encoding");
      var key = layer.isString() && encoding.isString()
          ? layer.stringValue() + "/" + event.path("form").asString("") + "/" + encoding.stringValue()
          : event.required("blob").stringValue();
      transfers.add(new Transfer(Instant.parse(event.required("startedAt").stringValue()), key,
          event.required("wireBytes").longValue(),
          event.path("seconds").isNumber() ? event.path("seconds").doubleValue() : null,
          event.path("source").asString("").equals("upstream")));
    } catch (RuntimeException e) {
      throw new CommandFailed("tried to read line " + number + " of " + file
          + " as an event of cts.transfer-observed.v1, but: " + e.getMessage(), e);
    }
  }
}
