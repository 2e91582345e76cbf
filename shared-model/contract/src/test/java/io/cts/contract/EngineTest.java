package io.cts.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineTest {
  @ParameterizedTest
  @CsvSource({"docker/20.10.24+dfsg1 go/go1.19.8, docker-20.10.24+dfsg1, docker-legacy",
      "docker/28.5.2 go/go1.24, docker-28.5.2, docker", "containerd/2.1.9, containerd-2.1.9, containerd",
      "containers/5.23.1 (github.com/containers/image), containers-5.23.1, containers-image",
      "skopeo/1.9.3, containers-1.9.3, containers-image", "crane/0.20, go-containerregistry-0.20, other",
      "cts-agent/0.1.0, cts-agent-0.1.0, agent", "curl/8.5.0, unknown-0, other"})
  void a_user_agent_names_the_engine_and_its_class(String userAgent, String engine, String engineClass) {
    var known = Engine.ofUserAgent(userAgent);
    assertThat(known).hasToString(engine);
    assertThat(known.engineClass()).hasToString(engineClass);
    assertThat(Engine.parse(engine)).isEqualTo(known);
  }

  @Test
  void no_user_agent_is_an_unknown_engine() {
    assertThat(Engine.ofUserAgent(null)).isEqualTo(Engine.UNKNOWN);
  }

  @Test
  void docker_over_containerds_store_is_a_containerd() {
    assertThat(Engine.ofUserAgent("docker/28.5.2 go/go1.24.9 os/linux arch/amd64 containerd-client/2.1.9+unknown"
        + " storage-driver/overlayfs")).isEqualTo(new Engine("containerd", "2.1.9+unknown"));
  }
}
