package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a process and those that it started take of a Linux machine, as {@code /proc} tells. */
record ProcessUse(long processId) {
  private static final long KIB = 1024;
  /** Of {@code /proc/PID/stat}, a second; the same on every Linux that Java runs on. */
  private static final double TICKS = 100;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

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
    var sum = 0L;
    for (var id : all()) {
      sum += bytes(id, "smaps_rollup", "Pss");
    }
    return sum;
  }

  /** Processor time of all of them until now. */
  double processorSeconds() throws CommandFailed {
    var sum = 0.0;
    for (var id : all()) {
      var stat = read(Path.of("/proc", String.valueOf(id), "stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      sum += (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS;
    }
    return sum;
  }

  private long[] all() throws CommandFailed {
    var process = ProcessHandle.of(processId)
        .orElseThrow(() -> new CommandFailed("process " + processId + " ended while it was measured"));
    return Stream.concat(Stream.of(process), process.descendants()).mapToLong(ProcessHandle::pid).toArray();
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
