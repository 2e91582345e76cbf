package io.cts.client.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.NodeDetails.Cpu;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HWPartition;
import oshi.hardware.HardwareAbstractionLayer;

class HardwareTest {
  @TempDir
  Path folder;

  /** One of oshi's interfaces that answers what it is told, and nothing else. */
  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, _) -> {
      var answer = answers.get(method.getName());
      assertThat(answer).as(method.toString()).isNotNull();
      return answer;
    }));
  }

  private static Hardware machine(CentralProcessor processor, long available, List<HWDiskStore> disks) {
    return new Hardware(answering(HardwareAbstractionLayer.class, Map.of("getProcessor", processor, "getMemory",
        answering(GlobalMemory.class, Map.of("getAvailable", available)), "getDiskStores", disks)));
  }

  private static CentralProcessor processor(String name, int cores, long maxHertz, long... currentHertz) {
    return answering(CentralProcessor.class, Map.of("getProcessorIdentifier",
        new CentralProcessor.ProcessorIdentifier("", name, "", "", "", "", true, -1), "getPhysicalProcessorCount",
        cores, "getLogicalProcessorCount", 2 * cores, "getMaxFreq", maxHertz, "getCurrentFreq", currentHertz));
  }

  private static HWDiskStore disk(String name, String model, List<HWPartition> partitions) {
    return answering(HWDiskStore.class, Map.of("getName", name, "getModel", model, "getPartitions", partitions));
  }

  @Test
  void what_oshi_does_not_know_is_absent() throws IOException {
    var unknown = machine(processor("unknown", 0, -1, -1, 0), 0, List.of(disk("/dev/other", "A Drive", List.of())));

    assertThat(unknown.cpu()).isEqualTo(new Cpu(null, null, null, null, null));
    assertThat(unknown.memoryAvailableBytes()).isEmpty();
    assertThat(unknown.disk(folder).device()).isNull();
    assertThat(unknown.disk(folder).model()).isNull();
  }

  @Test
  void frequencies_are_told_in_megahertz_the_current_one_as_the_mean_of_the_cores_that_tell() {
    var known = machine(processor(" A Processor ", 4, 3_600_000_000L, 2_000_000_000L, 3_000_000_000L, -1), 1L << 30,
        List.of());

    assertThat(known.cpu()).isEqualTo(new Cpu("A Processor", 4, 8, 2500.0, 3600.0));
    assertThat(known.memoryAvailableBytes()).hasValue(1L << 30);
  }

  @Test
  void the_disk_is_the_one_that_the_folder_s_file_system_lies_on() throws IOException {
    var device = Files.getFileStore(folder).name();
    var partition = new HWPartition(device, "part1", "", "", 1, 0, 0, "");
    var found = machine(processor("", 1, -1), 0,
        List.of(disk("/dev/other", "Another Drive", List.of()), disk("/dev/whole", "A Drive", List.of(partition))))
        .disk(folder);

    assertThat(found.device()).isEqualTo(device);
    assertThat(found.model()).isEqualTo("A Drive");
    assertThat(found.fileSystem()).isEqualTo(Files.getFileStore(folder).type());
  }

  @Test
  void oshi_knows_this_machine_s_processors() {
    assertThat(new Hardware().cpu().logicalCores()).isPositive();
  }
}
