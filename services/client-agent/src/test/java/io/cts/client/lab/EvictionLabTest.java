package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EvictionLabTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void ours_saves_more_seconds_than_least_recently_used_on_the_generated_trace() {
    var exit = run("--json", "--budgets", "1,5");

    assertThat(exit).isZero();
    assertThat(out.toString().lines()).hasSize(6)
        .allMatch(line -> line.startsWith("{\"figure\":\"") && line.contains("generated trace"));
    assertThat(out.toString().lines().filter(line -> line.contains("seconds saved"))).hasSize(2)
        .allMatch(line -> line.contains("\"met\":true"));
  }

  @Test
  void people_are_told_what_is_measured() {
    run("--budgets", "10", "--seed", "3");

    assertThat(out.toString()).contains("Trace: generated, seed 3", "No public registry trace is at hand",
        "never evicts", "store of 10 %");
  }

  @Test
  void not_being_able_to_measure_is_an_error() {
    var exit = run("--trace", "/nowhere/served.jsonl", "--json");

    assertThat(exit).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("tried to read the recording /nowhere/served.jsonl");
  }

  private int run(String... arguments) {
    return new CommandLine(new EvictionLab()).setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
