package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LabReportTest {
  private final StringWriter printed = new StringWriter();

  @Test
  void json_is_one_figure_a_line_and_nothing_else() {
    var report = new LabReport(new PrintWriter(printed), true);

    report.note("for people");
    report.add(Figure.beside("docker-registry", 2000, "blob", 2500, "MB/s", Target.ratioAtLeast(1)));
    report.add(Figure.alone("p99", 7, "ms", Target.valueAtMost(5)));
    report.close();

    assertThat(printed.toString().lines()).containsExactly(
        "{\"figure\":\"blob\",\"value\":2500.0,\"unit\":\"MB/s\",\"peer\":\"docker-registry\",\"peer_value\":2000.0,"
            + "\"ratio\":1.25,\"target\":\">= 1.00x\",\"met\":true}",
        "{\"figure\":\"p99\",\"value\":7.0,\"unit\":\"ms\",\"peer\":null,\"peer_value\":null,\"ratio\":null,"
            + "\"target\":\"<= 5.00\",\"met\":false}");
  }

  @Test
  void a_simulation_is_to_be_near_what_it_simulates() {
    var target = Target.ratioWithin(0.2);

    assertThat(target).hasToString("0.80x to 1.20x");
    assertThat(Figure.beside("simulated", 10, "ready", 11.9, "s", target).met()).isTrue();
    assertThat(Figure.beside("simulated", 10, "ready", 8.1, "s", target).met()).isTrue();
    assertThat(Figure.beside("simulated", 10, "ready", 12.1, "s", target).met()).isFalse();
    assertThat(Figure.beside("simulated", 10, "ready", 7.9, "s", target).met()).isFalse();
  }

  @Test
  void people_get_a_table() {
    var report = new LabReport(new PrintWriter(printed), false);

    report.note("Same bytes, same load.");
    report.add(Figure.beside("docker-registry", 2000, "blob", 2514.2, "MB/s", Target.ratioAtLeast(1)));
    report.add(Figure.alone("idle", 0.0312, "cores", null));
    report.close();

    assertThat(printed.toString()).isEqualTo("""
        Same bytes, same load.

        figure  value  unit   peer             its value  ratio  target    met
        blob    2,514  MB/s   docker-registry      2,000  1.26x  >= 1.00x  yes
        idle    0.031  cores
        """);
  }

  @Test
  void beside_a_peer_that_did_nothing_there_is_no_ratio_and_no_verdict() {
    var figure = Figure.beside("lru", 0, "hits", 3, "of 1", Target.ratioAtLeast(1));

    assertThat(figure.ratio()).isNull();
    assertThat(figure.met()).isNull();
  }
}
