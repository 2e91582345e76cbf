package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Where commands look for CTS, without the variables that would say. */
class ServerTest {
  private static Server told(String... options) {
    return CommandLine.populateCommand(new Server(), options);
  }

  @Test
  void what_is_told_is_taken() throws Exception {
    var server = told("--cts", "http://cts.example:81", "--registry", "https://registry.example/");

    assertThat(server.api().base()).hasToString("http://cts.example:81/");
    assertThat(server.registry()).hasToString("https://registry.example/");
  }

  @Test
  void one_address_of_another_machine_tells_the_other() throws Exception {
    assertThat(told("--cts", "http://cts.example:8080").registry()).hasToString("http://cts.example:5000/");
    assertThat(told("--registry", "http://cts.example:5000").api().base()).hasToString("http://cts.example:8080/");
  }

  @Test
  void one_address_of_this_machine_tells_nothing_of_the_other() throws Exception {
    assertThat(told("--api", "http://localhost:18080").registry()).isEqualTo(told().registry());
    assertThat(told("--registry", "http://[::1]:15000").api().base()).isEqualTo(told().api().base());
  }
}
