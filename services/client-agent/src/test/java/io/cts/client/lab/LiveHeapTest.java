package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LiveHeapTest {

  @Test
  void what_a_program_holds_counts_and_its_garbage_does_not() throws Exception {
    assertThat(heapOfProgramThatHolds(50_000_000) - heapOfProgramThatHolds(0)).isBetween(49_000_000L, 51_000_000L);
  }

  @Test
  void a_process_that_is_gone_is_an_error() {
    assertThatThrownBy(() -> new LiveHeap(Integer.MAX_VALUE).bytes()).isInstanceOf(CommandFailed.class)
        .hasMessageContaining("jcmd said");
  }

  private static long heapOfProgramThatHolds(int bytes) throws IOException, CommandFailed, InterruptedException {
    var program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Holding.class.getName(), String.valueOf(bytes))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try (var said = program.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      return new LiveHeap(program.pid()).bytes();
    } finally {
      program.destroy();
      program.waitFor();
    }
  }
}
