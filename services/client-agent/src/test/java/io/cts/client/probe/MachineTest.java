package io.cts.client.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir
  Path cgroups;

  @Test
  void a_quota_of_half_a_core_is_half_a_core() throws IOException {
    Files.writeString(cgroups.resolve("cpu.max"), "50000 100000\n");

    assertThat(new Machine(cgroups).cores()).isEqualTo(0.5);
  }

  @Test
  void an_older_kernels_quota_is_understood() throws IOException {
    Files.createDirectories(cgroups.resolve("cpu"));
    Files.writeString(cgroups.resolve("cpu/cpu.cfs_quota_us"), "25000\n");
    Files.writeString(cgroups.resolve("cpu/cpu.cfs_period_us"), "100000\n");

    assertThat(new Machine(cgroups).cores()).isEqualTo(0.25);
  }

  @Test
  void without_a_quota_all_processors_count() throws IOException {
    Files.writeString(cgroups.resolve("cpu.max"), "max 100000\n");

    assertThat(new Machine(cgroups).cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void memory_is_known_on_any_java_with_management() {
    assertThat(new Machine().memoryBytes()).isPresent();
  }
}
