package io.cts.client.probe;

import io.cts.contract.NodeDetails.Cpu;
import io.cts.contract.NodeDetails.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/**
 * What oshi tells of the machine. Asking takes a second or two and loads native code: only the probe does. What it does
 * not know is absent.
 */
final class Hardware {
  private static final double MEGA = 1e6;

  private final HardwareAbstractionLayer hardware;

  /** @throws LinkageError where oshi's native code cannot be loaded, as on a temporary folder without execution */
  Hardware() {
    this(new SystemInfo().getHardware());
  }

  Hardware(HardwareAbstractionLayer hardware) {
    this.hardware = hardware;
  }

  Cpu cpu() {
    var processor = hardware.getProcessor();
    var current = Arrays.stream(processor.getCurrentFreq()).filter(hertz -> hertz > 0).average();
    return new Cpu(known(processor.getProcessorIdentifier().getName()),
        known(processor.getPhysicalProcessorCount()), known(processor.getLogicalProcessorCount()),
        current.isPresent() ? current.getAsDouble() / MEGA : null,
        processor.getMaxFreq() > 0 ? processor.getMaxFreq() / MEGA : null);
  }

  /** Memory that nobody uses, or that would be given up at once. */
  OptionalLong memoryAvailableBytes() {
    var available = hardware.getMemory().getAvailable();
    return available > 0 ? OptionalLong.of(available) : OptionalLong.empty();
  }

  /** The disk that {@code folder} lies on. */
  Disk disk(Path folder) throws IOException {
    var store = Files.getFileStore(folder);
    var device = store.name();
    var drive = hardware.getDiskStores().stream().filter(candidate -> holds(candidate, device)).findFirst();
    return new Disk(folder.toString(), drive.isPresent() ? device : null,
        drive.map(HWDiskStore::getModel).map(Hardware::known).orElse(null), known(store.type()));
  }

  /** Whether the file system of {@code device} lies on the disk itself, or on one of its partitions. */
  private static boolean holds(HWDiskStore disk, String device) {
    return disk.getName().equals(device) || disk.getPartitions()
        .stream()
        .anyMatch(partition -> device.equals(partition.getIdentification()) || device.equals(partition.getName()));
  }

  private static @Nullable Integer known(int count) {
    return count > 0 ? count : null;
  }

  private static @Nullable String known(String text) {
    var said = text.strip();
    return said.isEmpty() || said.toLowerCase(Locale.ROOT).equals("unknown") ? null : said;
  }
}
