package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedTraceTest {
  private static final String LAYER = "sha256:" + "a".repeat(64);
  private static final String FROM_UPSTREAM = """
      {"id":"1","startedAt":"2026-01-01T00:00:00Z","blob":"sha256:b","diffId":"%s","form":"plain","encoding":"gzip-6",\
      "offset":0,"wireBytes":50000000,"complete":true,"seconds":5.0,"source":"upstream"}
      """.formatted(LAYER);
  private static final String FROM_DISK = """
      {"id":"2","startedAt":"2026-01-01T00:01:00Z","blob":"sha256:b","diffId":"%s","form":"plain","encoding":"gzip-6",\
      "offset":0,"wireBytes":50000000,"complete":true,"seconds":2.0,"source":"disk","later":"ignored"}
      """.formatted(LAYER);
  @TempDir
  private Path folder = Path.of("unset");

  @Test
  void transfers_are_read_in_the_order_of_time_with_what_a_hit_spares() throws Exception {
    var trace = RecordedTrace.read(recording(FROM_DISK + FROM_UPSTREAM), OptionalDouble.empty());

    assertThat(trace.recorded()).isTrue();
    assertThat(trace.origin()).contains("80 Mbit/s", "the recording's median");
    assertThat(trace.accesses()).containsExactly(
        new Access(Instant.parse("2026-01-01T00:00:00Z"), LAYER + "/plain/gzip-6", 50_000_000, 5.0),
        new Access(Instant.parse("2026-01-01T00:01:00Z"), LAYER + "/plain/gzip-6", 50_000_000, 3.0));
  }

  @Test
  void events_wrapped_in_their_record_are_read_too() throws Exception {
    var wrapped = "{\"topic\":\"cts.transfer-observed.v1\",\"offset\":7,\"value\":" + FROM_UPSTREAM.strip() + "}\n";

    assertThat(RecordedTrace.read(recording(wrapped), OptionalDouble.empty()).accesses()).hasSize(1);
  }

  @Test
  void what_was_cut_or_resumed_is_no_request_for_the_whole() throws Exception {
    var cut = FROM_DISK.replace("\"complete\":true", "\"complete\":false");
    var resumed = FROM_DISK.replace("\"offset\":0", "\"offset\":100");

    assertThat(RecordedTrace.read(recording(cut + resumed + FROM_UPSTREAM), OptionalDouble.empty()).accesses())
        .hasSize(1);
  }

  @Test
  void an_upstream_that_the_recording_does_not_show_has_to_be_given() throws Exception {
    var file = recording(FROM_DISK);

    assertThatThrownBy(() -> RecordedTrace.read(file, OptionalDouble.empty())).isInstanceOf(CommandFailed.class)
        .hasMessageContaining("--upstream-mbps");
    assertThat(RecordedTrace.read(file, OptionalDouble.of(40)).accesses()).singleElement()
        .satisfies(access -> assertThat(access.seconds()).isCloseTo(8, within(1e-9)));
  }

  @Test
  void a_line_that_cannot_be_read_is_named() throws Exception {
    var noJson = recording(FROM_UPSTREAM + "oops\n");
    assertThatThrownBy(() -> RecordedTrace.read(noJson, OptionalDouble.empty())).hasMessageContaining("line 2")
        .hasMessageContaining("no JSON");

    var other = recording("{\"complete\":true,\"id\":\"x\"}\n");
    assertThatThrownBy(() -> RecordedTrace.read(other, OptionalDouble.empty())).hasMessageContaining("line 1")
        .hasMessageContaining("cts.transfer-observed.v1");
  }

  @Test
  void nothing_recorded_cannot_be_measured() throws Exception {
    var file = recording("");

    assertThatThrownBy(() -> RecordedTrace.read(file, OptionalDouble.empty()))
        .hasMessageContaining("no complete transfer");
  }

  private Path recording(String lines) throws IOException {
    return Files.writeString(folder.resolve("served.jsonl"), lines);
  }
}
