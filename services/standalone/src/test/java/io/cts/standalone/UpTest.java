package io.cts.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code cts up} says instead of starting. */
class UpTest {
  @TempDir
  private Path folder;

  private record Run(int exitCode, String err) {}

  @Test
  void a_port_that_there_is_not_is_misuse() {
    var run = run("--registry-port", "99999");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).containsExactly("cts: --registry-port 99999: a port is between 0 and 65535",
        "try: cts up --help");
  }

  @Test
  void an_upstream_whose_name_could_be_a_repository_is_misuse() {
    var run = run("--upstream", "demo=http://localhost:1");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--upstream demo: a name has a dot or a port, such as demo.local");
  }

  @Test
  void a_folder_that_another_holds_is_told_in_one_line_and_its_log_is_left_alone() throws Exception {
    try (var _ = DataFolder.hold(folder)) {
      var run = run("--data", folder.toString(), "--api-port", "0", "--registry-port", "0");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err().lines()).singleElement()
          .asString()
          .startsWith("cts: another CTS is running with its data in " + folder)
          .contains("--data");
      assertThat(Files.exists(folder.resolve("cts.log"))).isFalse();
    }
  }

  private static Run run(String... arguments) {
    var err = new StringWriter();
    var exitCode = Failures.toldBy(new CommandLine(new Up()))
        .setErr(new PrintWriter(err, true))
        .setOut(new PrintWriter(new StringWriter()))
        .execute(arguments);
    return new Run(exitCode, err.toString());
  }
}
