package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class CtsTest {

  private static HttpServer server(String path, int status, String body) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(path, exchange -> {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void every_command_has_help_with_an_example() {
    assertHelp(Cts.commandLine(false));
  }

  private static void assertHelp(CommandLine line) {
    for (var command : line.getSubcommands().values()) {
      assertThat(command.getUsageMessage()).as(command.getCommandSpec().qualifiedName())
          .contains("--help")
          .containsAnyOf("Example", "Commands:");
      assertHelp(command);
    }
  }

  @Test
  void help_names_what_starts_cts_too_and_fits_on_a_terminal() {
    var help = Cts.commandLine(false).getUsageMessage();

    assertThat(help).contains("cts up", "cts worker");
    assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void every_command_has_its_answer_as_json_too() {
    assertThat(leaves(Cts.commandLine(false))).allSatisfy(
        command -> assertThat(command.findOption("--json")).as(command.qualifiedName()).isNotNull());
  }

  private static Stream<CommandSpec> leaves(CommandLine line) {
    var below = line.getSubcommands().values();
    return below.isEmpty() ? Stream.of(line.getCommandSpec()) : below.stream().flatMap(CtsTest::leaves);
  }

  @Test
  void nothing_to_do_is_misuse_and_names_what_can_be_done() {
    var run = CommandRun.of();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("say what to do", "status").contains("try: cts --help");
  }

  @Test
  void an_unknown_option_is_misuse_in_one_line_and_a_hint() {
    var run = CommandRun.of("status", "--colour");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(2).last().isEqualTo("try: cts status --help");
  }

  @Test
  void an_address_that_is_none_fails_in_one_line() {
    var run = CommandRun.of("status", "--api", "nowhere");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).containsExactly(
        "cts: --api nowhere is no address; write for example http://localhost:8080");
  }

  @Test
  void what_is_not_up_is_told_with_the_next_step() throws IOException {
    var api = server("/actuator/health", 200, "{\"status\":\"UP\"}");
    var gone = server("/", 200, "");
    gone.stop(0);
    try {
      var run = CommandRun.of("status", "--api", url(api), "--registry", url(gone));

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("api      up").contains("registry down").contains("start CTS with \"cts up\"");
    } finally {
      api.stop(0);
    }
  }

  @Test
  void json_is_one_object_a_line() throws IOException {
    var both = server("/", 200, "{\"status\":\"UP\"}");
    try {
      var run = CommandRun.of("status", "--json", "--api", url(both), "--registry", url(both));

      assertThat(run.exitCode()).isZero();
      assertThat(run.out().lines().map(line -> Json.MAPPER.readTree(line).path("up").asBoolean()))
          .containsExactly(true, true);
    } finally {
      both.stop(0);
    }
  }

  @Test
  void the_detail_of_a_problem_is_what_a_person_sees() throws IOException {
    var refusing = server("/", 422, "{\"detail\":\"the node is not registered; PUT it first\"}");
    try {
      var run = CommandRun.of("status", "--api", url(refusing), "--registry", url(refusing));

      assertThat(run.out()).contains("the node is not registered; PUT it first");
    } finally {
      refusing.stop(0);
    }
  }

  /** Loading oshi takes longer than most commands. */
  @Test
  void only_the_probe_loads_what_asks_for_the_hardware(@TempDir Path folder) throws Exception {
    var classes = folder.resolve("classes.log");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    var command = new ProcessBuilder(java, "-Xlog:class+load:file=" + classes, "-cp",
        System.getProperty("java.class.path"), Cts.class.getName(), "pull", "--help").redirectErrorStream(true)
        .start();
    var help = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(command.waitFor()).as(help).isZero();
    assertThat(Files.readAllLines(classes)).anyMatch(line -> line.contains(" io.cts.client.ProbeCommand "))
        .noneMatch(line -> line.contains(" oshi.") || line.contains(" com.sun.jna."));
  }

  @Test
  void a_table_aligns_numbers_to_the_right() {
    var table = new Output.Table(List.of("client", "bytes"), List.of(List.of("thin", "5"), List.of("a", "1234")));

    assertThat(table.lines()).containsExactly("client  bytes", "thin        5", "a        1234");
  }
}
