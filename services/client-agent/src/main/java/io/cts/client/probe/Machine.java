package io.cts.client.probe;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What this machine, or the container that this program runs in, has. */
public final class Machine {
  private final Path cgroups;

  public Machine() {
    this(Path.of("/sys/fs/cgroup"));
  }

  Machine(Path cgroups) {
    this.cgroups = cgroups;
  }

  /** Processors that may be used: a container's quota counts, which Java itself rounds up. */
  public double cores() {
    return Math.min(Runtime.getRuntime().availableProcessors(), quota().orElse(Double.POSITIVE_INFINITY));
  }

  private OptionalDouble quota() {
    var unified = words(cgroups.resolve("cpu.max")); // Documentation/admin-guide/cgroup-v2.rst: "$MAX $PERIOD"
    if (unified.length == 2) {
      return ratio(unified[0], unified[1]);
    }
    var quota = words(cgroups.resolve("cpu/cpu.cfs_quota_us"));
    var period = words(cgroups.resolve("cpu/cpu.cfs_period_us"));
    return quota.length == 1 && period.length == 1 ? ratio(quota[0], period[0]) : OptionalDouble.empty();
  }

  private static OptionalDouble ratio(String quota, String period) {
    try {
      var ratio = Double.parseDouble(quota) / Double.parseDouble(period);
      return ratio > 0 ? OptionalDouble.of(ratio) : OptionalDouble.empty(); // -1: no quota
    } catch (NumberFormatException e) {
      return OptionalDouble.empty(); // "max": no quota
    }
  }

  private static String[] words(Path file) {
    try {
      return Files.readString(file).strip().split("\\s+");
    } catch (IOException e) {
      return new String[0]; // no Linux, or no cgroups
    }
  }

  /** Memory that may be used, by this container where there is one; empty where Java cannot tell. */
  public OptionalLong memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
        && system.getTotalMemorySize() > 0 ? OptionalLong.of(system.getTotalMemorySize()) : OptionalLong.empty();
  }

  /** Where an engine of this machine keeps layers, if this program may write there; else the user's own folder. */
  public static Path layersFolder() {
    var home = Path.of(System.getProperty("user.home"));
    return Stream.of(Path.of("/var/lib/containerd"), Path.of("/var/lib/docker"),
        home.resolve(".local/share/containers")).filter(Files::isWritable).findFirst().orElse(home);
  }

  /** The name that it goes by in CTS unless it is given one. */
  public static String name() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unknown) {
        return "unnamed";
      }
    }
  }
}
