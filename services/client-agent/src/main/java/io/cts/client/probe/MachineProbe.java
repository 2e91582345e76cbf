package io.cts.client.probe;

import io.cts.contract.NodeDetails.Cpu;
import io.cts.contract.NodeDetails.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures this machine, one thing failing or not whatever becomes of another. */
public final class MachineProbe {
  private final Path store;
  private final Consumer<String> missing;
  private final @Nullable Hardware hardware;

  /**
   * @param store the folder whose disk is written to
   * @param missing is told what could not be measured, and why
   */
  public MachineProbe(Path store, Consumer<String> missing) {
    this.store = store;
    this.missing = missing;
    this.hardware = read("the hardware", Hardware::new);
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  /** Native code that asks the system for what it may not have can fail in many ways; none of them is the pull's concern. */
  private <T> @Nullable T read(String what, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException | RuntimeException | LinkageError e) {
      missing.accept(what + " is not known: " + (e instanceof IOException ? e.getMessage() : e.toString()));
      return null;
    }
  }

  public @Nullable Cpu cpu() {
    return hardware == null ? null : read("the processor", hardware::cpu);
  }

  /** Of the machine's, what this container may use at most. */
  public @Nullable Long memoryAvailableBytes() {
    var available = hardware == null ? null : read("free memory", hardware::memoryAvailableBytes);
    return available == null || available.isEmpty()
        ? null
        : Math.min(available.getAsLong(), new Machine().memoryBytes().orElse(Long.MAX_VALUE));
  }

  public @Nullable Disk disk() {
    return hardware == null ? null : read("the disk of " + store, () -> hardware.disk(store));
  }

  public @Nullable Double diskWriteMBps() {
    return read("what the disk takes", () -> new DiskProbe(store).writeMBps());
  }
}
