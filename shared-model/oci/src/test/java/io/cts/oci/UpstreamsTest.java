package io.cts.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamsTest {

  @Test
  void what_is_not_on_the_list_is_not_asked() {
    var upstreams = Upstreams.of(List.of(Upstreams.parse("quay.io", "https://quay.io")));

    assertThatThrownBy(() -> upstreams.named("evil.example")).isInstanceOf(UpstreamFailure.NotAllowed.class)
        .hasMessage("tried to reach evil.example but it is not on the list of upstreams; "
            + "add it to the configuration; on the list are quay.io");
  }

  @Test
  void the_well_known_registries_are_all_addresses() {
    var upstreams = Upstreams.of(Upstreams.wellKnown()
        .entrySet()
        .stream()
        .map(entry -> Upstreams.parse(entry.getKey(), entry.getValue()))
        .toList());

    assertThat(upstreams.names()).startsWith("docker.io", "quay.io", "ghcr.io");
  }

  @Test
  void a_name_is_configured_once() {
    var twice = List.of(Upstreams.parse("a.b", "oci:x"), Upstreams.parse("a.b", "oci:y"));

    assertThatThrownBy(() -> Upstreams.of(twice)).hasMessageContaining("a.b is configured twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "quay.io", "ftp://quay.io", "https://user:pw@quay.io", "https://quay.io/?x", "oci:",
      "https://", "https://a b"})
  void what_is_no_address_is_refused(String url) {
    assertThatThrownBy(() -> Upstreams.parse("quay.io", url)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected https://HOST");
  }

  @Test
  void a_name_that_no_image_reference_can_carry_is_refused() {
    assertThatThrownBy(() -> Upstreams.parse("Quay", "https://quay.io")).hasMessageContaining("not an upstream's name");
  }
}
