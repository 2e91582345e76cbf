package io.cts.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import io.cts.contract.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {
  private static final Path GOLDEN = Path.of("../contract/src/test/resources/golden");
  private static final String FAILED = """
      {"id":"a16ea72b-09d9-3931-821f-ab56973b0453","at":"2026-11-20T12:00:00Z",\
      "pull":"5f0f8a3e-0f4e-4f5c-9a55-0d7d1c9f2f10","stage":"cache","code":"UNKNOWN","message":"no such tag"}""";

  private final EventJson json = new EventJson();

  static Stream<Topic<? extends Event>> topics() {
    return Topics.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void the_wire_is_what_the_golden_files_say(Topic<? extends Event> topic) throws IOException {
    var golden = Files.readString(
        GOLDEN.resolve(topic.name().replaceFirst("^cts\\.(.*)\\.v1$", "$1") + ".json"));

    var event = json.read(topic, golden.getBytes(UTF_8));

    assertThat(json.write(event)).isEqualTo(compact(golden));
  }

  @Test
  void an_event_is_read_back_as_it_was_written() {
    assertThat(json.write(json.read(Topics.PULL_FAILED, FAILED.getBytes(UTF_8)))).isEqualTo(FAILED);
  }

  @Test
  void what_a_later_version_added_is_passed_over() {
    var later = FAILED.replace("{\"id\"", "{\"added\":{\"later\":[1,2]},\"id\"");

    assertThat(json.read(Topics.PULL_FAILED, later.getBytes(UTF_8)))
        .isEqualTo(json.read(Topics.PULL_FAILED, FAILED.getBytes(UTF_8)));
  }

  @Test
  void an_event_without_what_it_must_have_is_malformed() {
    assertThatThrownBy(() -> json.read(Topics.PULL_FAILED, FAILED.replace("\"code\":\"UNKNOWN\",", "").getBytes(UTF_8)))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("cts.pull-failed.v1")
        .hasMessageContaining("code");
    assertThatThrownBy(() -> json.read(Topics.PULL_FAILED, FAILED.replace("\"cache\"", "null").getBytes(UTF_8)))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("stage");
    assertThatThrownBy(() -> json.read(Topics.PULL_FAILED, "null".getBytes(UTF_8)))
        .isInstanceOf(MalformedEvent.class);
    assertThatThrownBy(() -> json.read(Topics.PULL_FAILED, new byte[0])).isInstanceOf(MalformedEvent.class);
  }

  /** Takes the indentation out of JSON whose texts hold no line ends and no double spaces. */
  private static String compact(String json) {
    return json.replaceAll("\\n\\s*", "")
        .replace("\" : ", "\":")
        .replace("[ ", "[")
        .replace(" ]", "]")
        .replace("}, {", "},{");
  }
}
