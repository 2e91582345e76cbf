package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A program of the machine that runs the tests; where it is missing, the test is skipped. */
record Command(String name) {

  /** What the program writes when it is given {@code input}. */
  byte[] run(Path folder, byte[] input, String... arguments) throws IOException, InterruptedException {
    assumeTrue(isInstalled(), name + " is not installed");
    var in = Files.write(folder.resolve(name + ".in"), input);
    var out = folder.resolve(name + ".out");
    var command = Stream.concat(Stream.of(name), Stream.of(arguments)).toList();
    var process = new ProcessBuilder(command).redirectInput(in.toFile())
        .redirectOutput(out.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    assertThat(process.waitFor()).as("exit code of %s", command).isZero();
    return Files.readAllBytes(out);
  }

  private boolean isInstalled() {
    for (var folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }
}
