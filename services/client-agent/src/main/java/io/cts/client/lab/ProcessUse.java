package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a process and those that it started take of a Linux machine, as {@code /proc} tells. */
record ProcessUse(long processId) {
  private static final long KIB = 1024;
  /** Of {@code /proc/PID/stat}, a second; the same on every Linux that Java runs on. */
  private static final double TICKS = 100;
  private static final int USER_TIME = 11;
  /** From there on: user and system time of the process, user and system time of its children that ended. */
  private static final int TIMES = 4;
  private static final Duration QUIET = Duration.ofSeconds(3);
  /** Of one core. */
  private static final double QUIET_LOAD = 0.4;

  /** Memory of the process alone. */
  long residentBytes() throws CommandFailed {
    return bytes(processId, "status", "VmRSS");
  }

  /** The most of the process alone since {@link #forgetPeak}. */
  long peakBytes() throws CommandFailed {
    return bytes(processId, "status", "VmHWM");
  }

  void forgetPeak() throws CommandFailed {
    var file = Path.of("/proc", String.valueOf(processId), "clear_refs");
    try {
      Files.writeString(file, "5");
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Memory of all of them; what they share is counted once. */
  long proportionalBytes() throws CommandFailed {
    var sum = bytes(processId, "smaps_rollup", "Pss");
    for (var child : children()) {
      try {
        sum += bytes(child.pid(), "smaps_rollup", "Pss");
      } catch (CommandFailed e) {
        endedOr(child, e);
      }
    }
    return sum;
  }

  /** Processor time of all of them until now; of those that ended, too, once who started them took note. */
  double processorSeconds() throws CommandFailed {
    var sum = processorSeconds(processId);
    for (var child : children()) {
      try {
        sum += processorSeconds(child.pid());
      } catch (CommandFailed e) {
        endedOr(child, e);
      }
    }
    return sum;
  }

  /** Until they have next to nothing left to do. */
  void awaitQuiet(Duration patience) throws CommandFailed {
    var deadline = System.nanoTime() + patience.toNanos();
    try {
      for (var before = processorSeconds(); System.nanoTime() < deadline;) {
        Thread.sleep(QUIET);
        var now = processorSeconds();
        if (now - before < QUIET_LOAD * QUIET.toSeconds()) {
          return;
        }
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("waiting for process " + processId + " was given up", e);
    }
    throw new CommandFailed(
        "tried to measure when process " + processId + " has nothing left to do but it is still busy "
            + "after " + patience);
  }

  /** Processor time of the process alone until now, as {@code /proc} tells; what ended of those that it started is in it. */
  double ownProcessorSeconds() throws CommandFailed {
    return processorSeconds(processId);
  }

  private static double processorSeconds(long id) throws CommandFailed {
    var stat = read(Path.of("/proc", String.valueOf(id), "stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Stream.of(fields).skip(USER_TIME).limit(TIMES).mapToLong(Long::parseLong).sum() / TICKS;
  }

  private List<ProcessHandle> children() throws CommandFailed {
    return ProcessHandle.of(processId)
        .orElseThrow(() -> new CommandFailed("process " + processId + " ended while it was measured"))
        .descendants()
        .toList();
  }

  /** A database starts and ends processes as it likes: what one that is gone took is nothing now. */
  private static void endedOr(ProcessHandle child, CommandFailed problem) throws CommandFailed {
    try {
      child.onExit().get(1, TimeUnit.SECONDS); // it may not be buried yet
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw problem;
    }
  }

  private static long bytes(long id, String file, String name) throws CommandFailed {
    var path = Path.of("/proc", String.valueOf(id), file);
    var line = Pattern.compile("^" + name + ":\\s+(\\d+) kB$", Pattern.MULTILINE).matcher(read(path));
    if (!line.find()) {
      throw new CommandFailed("tried to find " + name + " in " + path + " but it is not there");
    }
    return Long.parseLong(line.group(1)) * KIB;
  }

  private static String read(Path path) throws CommandFailed {
    try {
      return Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private static CommandFailed failed(Path path, IOException e) {
    return new CommandFailed("tried to measure by " + path + " but " + e.getMessage()
        + "; it takes Linux, and a process that did not end", e);
  }
}
