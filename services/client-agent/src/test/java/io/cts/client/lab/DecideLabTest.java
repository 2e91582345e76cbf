package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DecideLabTest {
  @Test
  void each_decision_has_its_figures_and_the_plan_its_target() {
    var out = new StringWriter();
    var exit = new CommandLine(new DecideLab()).setOut(new PrintWriter(out, true))
        .execute("--json", "--layers", "3",
            "--decisions", "50");

    assertThat(exit).isZero();
    assertThat(out.toString().lines()).hasSize(12).allMatch(line -> line.contains("\"unit\":\"ms\""));
    assertThat(out.toString().lines().filter(line -> line.contains("\"target\":\"<= 5.00\""))).hasSize(1)
        .allMatch(line -> line.contains("plan, all encodings, p99"));
  }
}
