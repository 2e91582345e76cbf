package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentInstallTest {
  private static final String DAEMON = "{\n  \"log-level\" : \"warn\"\n}\n";

  @TempDir
  Path root;

  private CommandRun install(String... arguments) {
    var all = new String[arguments.length + 4];
    all[0] = "agent";
    all[1] = "install";
    all[2] = "--root";
    all[3] = root.toString();
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return CommandRun.of(all);
  }

  @Test
  void dockers_mirrors_get_one_more_and_lose_it_again() throws IOException {
    var file = root.resolve("etc/docker/daemon.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, DAEMON);

    assertThat(install("--engine", "docker").out()).contains("\"http://127.0.0.1:65001\"", "--yes");
    assertThat(file).hasContent(DAEMON);

    assertThat(install("--engine", "docker", "--yes").exitCode()).isZero();
    assertThat(file).content().contains("\"log-level\"", "registry-mirrors", "http://127.0.0.1:65001");
    assertThat(install("--engine", "docker", "--yes").out()).contains("stays as it is");

    assertThat(install("--engine", "docker", "--undo", "--yes").exitCode()).isZero();
    assertThat(file).hasContent(DAEMON);
  }

  @ParameterizedTest
  @CsvSource({"containerd, etc/containerd/certs.d/_default/hosts.toml, [host.\"http://127.0.0.1:65001\"]",
      "podman, etc/containers/registries.conf.d/50-cts-agent.conf, location = \"127.0.0.1:65001/quay.io\""})
  void a_file_of_the_agents_own_comes_and_goes(String engine, String path, String line) {
    assertThat(install("--engine", engine, "--yes").exitCode()).isZero();
    assertThat(root.resolve(path)).content().contains(line);

    assertThat(install("--engine", engine, "--undo", "--yes").exitCode()).isZero();
    assertThat(root.resolve(path)).doesNotExist();
  }

  @Test
  void what_somebody_else_wrote_is_left_alone() throws IOException {
    var file = root.resolve("etc/containerd/certs.d/_default/hosts.toml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "server = \"https://mirror\"\n");

    var run = install("--engine", "containerd", "--yes");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("was not written by this command");
    assertThat(file).hasContent("server = \"https://mirror\"");
  }
}
