package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PullCommandTest {

  @Test
  void a_malformed_image_is_misuse_and_says_what_is_wrong() {
    var run = CommandRun.of("pull", "Quay.io/App");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("not a repository: \"Quay.io/App\"");
  }

  @Test
  void a_malformed_speed_is_misuse_and_says_what_may_be_written() {
    var run = CommandRun.of("pull", "app", "--limit-rate", "fast");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("expected megabits per second, as in 20Mbit");
  }

  @Test
  void a_registry_that_is_away_and_one_that_refuses_are_told_apart_by_the_exit_code() throws IOException {
    var refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    refusing.createContext("/", exchange -> {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
    });
    refusing.start();
    var url = "http://127.0.0.1:" + refusing.getAddress().getPort();

    var refused = CommandRun.of("pull", "quay.io/org/app:1", "--registry", url);
    refusing.stop(0);
    var away = CommandRun.of("pull", "quay.io/org/app:1", "--registry", url);

    assertThat(refused.exitCode()).isEqualTo(4);
    assertThat(refused.err().lines()).singleElement()
        .asString()
        .startsWith("cts: tried to fetch manifest 1 of ")
        .contains("the registry answered 404");
    assertThat(away.exitCode()).isEqualTo(3);
    assertThat(away.err().lines()).singleElement()
        .asString()
        .contains("nothing answered", "check that the registry is up: \"cts up\" starts CTS");
  }

  @Test
  void a_place_that_is_no_layout_fails() {
    var run = CommandRun.of("pull", "app", "--to", "docker:x");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("--to docker:x is no place for an image");
  }
}
