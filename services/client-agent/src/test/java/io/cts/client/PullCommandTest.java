package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

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
  void a_place_that_is_no_layout_fails() {
    var run = CommandRun.of("pull", "app", "--to", "docker:x");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("--to docker:x is no place for an image");
  }
}
