package io.cts.client.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesBuildTest {
  @TempDir
  private Path home;

  /** A docker that writes down what it is told. */
  @BeforeEach
  void scripts() throws IOException {
    script("infra/images/stage", "echo \"stage $@\" >> said");
    script("docker",
        """
            echo "$@" >> said
            case $1 in
              image) echo 525000000 ;;
              history) printf '%s\\n' '204000 COPY /dated/service / # buildkit' \
                '0 ENV SERVER_PORT=1' '400000 COPY /dated/shared / # buildkit' '75000000 COPY /staged/lib /cts/lib' ;;
            esac
            """);
  }

  private void script(String name, String text) throws IOException {
    var file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private CommandRun run(String... words) {
    var line = new ArrayList<>(List.of("images", "build", "--launcher", home.resolve("cts").toString(), "--docker",
        home.resolve("docker").toString()));
    line.addAll(List.of(words));
    return CommandRun.of(line.toArray(String[]::new));
  }

  @Test
  void every_image_is_built_from_what_was_laid_out_once() throws IOException {
    assertThat(run("--jre", "local/jre:25").exitCode()).isZero();

    var said = Files.readAllLines(home.resolve("said"));
    assertThat(said.getFirst()).isEqualTo("stage " + home.resolve("target/images"));
    assertThat(said.stream().filter(line -> line.startsWith("build "))).hasSize(7)
        .allMatch(line -> line.contains("STAGED=from-host") && line.contains("JRE_IMAGE=local/jre:25"))
        .anyMatch(line -> line.contains("--tag cts/cache:latest") && line.contains("SERVICE=cache")
            && line.contains("PORT=5000"))
        .anyMatch(line -> line.contains("--tag cts/agent:latest") && line.contains("--target agent"));
  }

  @Test
  void sizes_are_told_with_the_part_that_a_change_of_code_makes_anew() {
    assertThat(run("--prefix", "registry.example/cts", "--tag", "2", "image-probe").out()).isEqualTo("""
        image                             bytes  of them CTS's code
        registry.example/cts/image-probe:2  525.0 MB            604.0 kB
        """.replace("image                             bytes", "image                                  bytes"));
    assertThat(run("--json", "decision").out())
        .isEqualTo("{\"image\":\"cts/decision:latest\",\"sizeBytes\":525000000,\"codeBytes\":604000}\n");
  }

  @Test
  void a_build_that_fails_is_told_in_docker_s_words() throws IOException {
    script("docker", "echo 'pull access denied for eclipse-temurin' >&2; exit 1");

    var run = run("cache");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("pull access denied for eclipse-temurin");
  }

  @Test
  void without_docker_the_next_step_is_told() {
    var run = CommandRun.of("images", "build", "--launcher", home.resolve("cts").toString(), "--docker",
        home.resolve("none").toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("is it installed?");
  }
}
