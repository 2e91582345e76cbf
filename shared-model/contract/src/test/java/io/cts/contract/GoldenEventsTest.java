package io.cts.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is on the wire. A golden file that has to change is a new version of its topic, unless a property that may be
 * absent was added.
 */
class GoldenEventsTest {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
      .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
      .enable(SerializationFeature.INDENT_OUTPUT)
      .build();

  static Stream<Event> samples() {
    return Samples.all().stream();
  }

  @Test
  void every_event_type_and_every_topic_has_a_sample() {
    Set<Class<?>> sampled = samples().map(Object::getClass).collect(Collectors.toSet());

    assertThat(sampled).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
    Set<Class<?>> onTopics = Topics.ALL.stream().map(Topic::type).collect(Collectors.toSet());
    assertThat(onTopics).isEqualTo(sampled);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void an_event_is_written_as_its_golden_file_says(Event event) throws IOException {
    assertThat(MAPPER.writeValueAsString(event) + "\n").isEqualToNormalizingNewlines(golden(event));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_golden_file_is_read_as_the_event(Event event) throws IOException {
    Event read = MAPPER.readValue(golden(event), event.getClass());

    assertThat(read).isEqualTo(event);
  }

  @Test
  void a_profile_that_was_written_before_there_were_details_is_read_without() {
    var read = MAPPER.readValue("""
        {"node": "edge-7", "engine": "containerd-2.1.9", "source": "active", "bandwidthMbps": 20.0,
         "bandwidthIsLowerBound": false, "decodeRates": [], "confidence": 1.0, "measuredAt": "2026-11-20T11:00:00Z"}""",
        NodeProfile.class);

    assertThat(read.details()).isNull();
    assertThat(read.bandwidthMbps()).isEqualTo(20);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void an_event_goes_on_the_topic_of_its_type(Event event) {
    assertThat(Topics.of(event).type()).isEqualTo(event.getClass());
  }

  private static String golden(Event event) throws IOException {
    var name = "/golden/" + Topics.of(event).name().replaceFirst("^cts\\.(.*)\\.v1$", "$1") + ".json";
    try (var in = GoldenEventsTest.class.getResourceAsStream(name)) {
      assertThat(in).as("the golden file src/test/resources%s of %s", name, event.getClass().getSimpleName())
          .isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
