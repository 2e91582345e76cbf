package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.CommandFailed;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TranscodeLabTest {
  private final StringWriter out = new StringWriter();
  private @Nullable Throwable failure;

  @Test
  void speeds_stand_beside_those_of_the_commands_that_are_installed(@TempDir Path folder) throws Exception {
    var file = folder.resolve("layer.tar.gz");
    try (var gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      var bytes = new byte[3_000_000];
      new Random(1).nextBytes(bytes);
      gzip.write(bytes);
    }
    run(file.toString(), "--rounds", "1", "--json");
    if (failure != null) { // a machine without the peers
      assertThat(failure).isInstanceOf(CommandFailed.class).hasMessageContaining("could not measure");
    } else {
      assertThat(out.toString()).contains("\"figure\":\"gzip to zstd-3\"", "\"peer\":\"pigz | zstd\"",
          "\"figure\":\"peak memory of this process\"");
    }
  }

  @Test
  void another_file_is_refused_with_what_to_do(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("notes.txt"), "no layer");
    run(file.toString());
    assertThat(failure).isInstanceOf(CommandFailed.class).hasMessageContaining("is not made by gzip");
    run(folder.resolve("missing").toString());
    assertThat(failure).isInstanceOf(CommandFailed.class).hasMessageContaining("give a file made by gzip");
  }

  private void run(String... arguments) {
    var line = new CommandLine(new TranscodeLab()).setOut(new PrintWriter(out));
    line.setExecutionExceptionHandler((e, _, _) -> {
      failure = e;
      return 1;
    });
    line.execute(arguments);
  }
}
