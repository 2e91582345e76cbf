package io.cts.probereceiver.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CursorTest {

  @Test
  void a_cursor_is_read_back_to_the_microsecond() {
    var cursor = new Cursor(Instant.parse("2026-11-20T12:00:00.123456Z"), UUID.randomUUID());

    assertThat(Cursor.parse(cursor.toString())).isEqualTo(cursor);
    assertThat(Cursor.name(Cursor.of("edge~10.0.0.7"))).isEqualTo("edge~10.0.0.7");
  }

  @Test
  void what_no_page_gave_is_no_cursor() {
    assertThatThrownBy(() -> Cursor.parse("!")).hasMessageContaining("take it from the page before");
    assertThatThrownBy(() -> Cursor.parse(Cursor.of("1"))).hasMessageContaining("take it from the page before");
    assertThatThrownBy(() -> Cursor.parse(Cursor.of("one/two"))).hasMessageContaining("take it from the page before");
  }
}
