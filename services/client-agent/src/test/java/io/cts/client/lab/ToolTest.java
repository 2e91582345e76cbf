package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.client.CommandFailed;
import org.junit.jupiter.api.Test;

class ToolTest {
  private static final Tool SHELL = new Tool("sh", "dash");

  @Test
  void what_is_missing_is_named_with_how_to_install_it() {
    assertThatThrownBy(() -> Tool.need(SHELL, new Tool("no-such-registry", "some-package"), new Tool("no-such-load",
        "another-package")))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("no-such-registry and no-such-load")
        .hasMessageContaining("apt-get install some-package another-package");
  }

  @Test
  void what_is_there_is_found() {
    assertThatCode(() -> Tool.need(SHELL)).doesNotThrowAnyException();
  }
}
