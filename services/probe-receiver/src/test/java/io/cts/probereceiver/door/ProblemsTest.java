package io.cts.probereceiver.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Platform;
import io.cts.probereceiver.nodes.StatedProfile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProblemsTest {
  private final JsonMapper mapper = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();
  private final MockMvc web = MockMvcBuilders.standaloneSetup(new Anything())
      .setControllerAdvice(new Problems())
      .setMessageConverters(new JacksonJsonHttpMessageConverter(mapper))
      .build();

  record Body(@Nullable ImageRef image, @Nullable Platform platform, @Nullable NodeId node,
      @Nullable Objective objective, @Nullable StatedProfile profile) {}

  @RestController
  static class Anything {
    @PostMapping("/any")
    void take(@RequestBody Body body) {}

    @GetMapping("/any")
    void number(@RequestParam int number) {}

    @GetMapping("/broken")
    void breakDown() {
      throw new IllegalStateException("secret");
    }

    @GetMapping("/database")
    void database() {
      throw new CannotCreateTransactionException("no connection");
    }
  }

  private JsonNode problem(MockHttpServletResponse answer, int status, String type) throws Exception {
    assertThat(answer.getStatus()).as(answer.getContentAsString()).isEqualTo(status);
    assertThat(answer.getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    var problem = mapper.readTree(answer.getContentAsByteArray());
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("type").asString()).isEqualTo("urn:cts:problem:" + type);
    assertThat(problem.get("title").asString()).isNotBlank();
    return problem;
  }

  private String refusalOf(String body) throws Exception {
    var answer = web.perform(MockMvcRequestBuilders.post("/any").contentType(MediaType.APPLICATION_JSON).content(body))
        .andReturn()
        .getResponse();
    var detail = problem(answer, 400, "malformed-body").get("detail").asString();
    assertThat(detail).startsWith("tried to read the body of POST /any, but ")
        .endsWith("/v3/api-docs tells what may be sent");
    return detail;
  }

  @Test
  void a_body_that_is_not_json_is_told_where() throws Exception {
    assertThat(refusalOf("hello")).contains("it is not JSON", "line 1, column");
    assertThat(refusalOf("{\"image\":\n}")).contains("it is not JSON", "line 2, column");
  }

  @Test
  void a_body_that_is_missing_or_breaks_off_is_told_so() throws Exception {
    assertThat(refusalOf("")).contains("there is none, or it broke off");
    assertThat(refusalOf("{\"image\": \"ngi")).contains("it is not JSON");
  }

  @Test
  void an_unknown_field_is_answered_with_the_known_ones() throws Exception {
    assertThat(refusalOf("{\"imgae\": \"nginx\"}"))
        .contains("it knows no field \"imgae\" (known are image, node, objective, platform, profile)");
  }

  @Test
  void a_malformed_image_reference_is_told_which_part_is_wrong() throws Exception {
    assertThat(refusalOf("{\"image\": \"quay.io/Org/app:1\"}"))
        .contains("\"image\" is wrong: not an image reference: \"quay.io/Org/app:1\": not a repository: \"Org/app\"");
  }

  @Test
  void a_platform_a_node_and_an_objective_that_cannot_be_are_told_what_may_be() throws Exception {
    assertThat(refusalOf("{\"platform\": \"amd64\"}")).contains("\"platform\" is wrong", "linux/arm/v7");
    assertThat(refusalOf("{\"node\": \"a b\"}")).contains("\"node\" is wrong", "letters, digits");
    assertThat(refusalOf("{\"objective\": \"fast\"}")).contains("expected latency, egress or balanced");
  }

  @Test
  void a_profile_that_cannot_be_is_told_which_field_is_wrong() throws Exception {
    assertThat(refusalOf("{\"profile\": {\"decodeRates\": [{\"family\": \"brotli\", \"mbps\": 1}]}}"))
        .contains("\"profile.decodeRates[0].family\"", "\"identity\", \"gzip\", \"zstd\", \"lz4\"");
    assertThat(refusalOf("{\"profile\": {\"decodeRates\": [{\"family\": \"zstd\", \"mbps\": -1}]}}"))
        .contains("decode rate of zstd must be positive");
    assertThat(refusalOf("{\"profile\": {\"source\": \"passive\"}}")).contains("is what CTS itself observes");
    assertThat(refusalOf("{\"profile\": {\"bandwidthMbps\": \"much\"}}")).contains("\"profile.bandwidthMbps\"");
    assertThat(refusalOf("{\"profile\": []}")).contains("\"profile\" is of the wrong kind");
  }

  @Test
  void a_parameter_that_is_missing_or_of_the_wrong_kind_is_named() throws Exception {
    var missing = web.perform(MockMvcRequestBuilders.get("/any")).andReturn().getResponse();
    var wrong = web.perform(MockMvcRequestBuilders.get("/any?number=ten")).andReturn().getResponse();

    assertThat(problem(missing, 400, "malformed-parameter").get("detail").asString()).contains("?number= is missing");
    assertThat(problem(wrong, 400, "malformed-parameter").get("detail").asString())
        .contains("number cannot be \"ten\"");
  }

  @Test
  void what_spring_refuses_is_a_problem_too() throws Exception {
    var method = web.perform(MockMvcRequestBuilders.delete("/any")).andReturn().getResponse();
    var type = web.perform(MockMvcRequestBuilders.post("/any").contentType(MediaType.APPLICATION_XML).content("<a/>"))
        .andReturn()
        .getResponse();

    assertThat(problem(method, 405, "not-served").get("detail").asString()).contains("tried to DELETE /any", "DELETE");
    assertThat(problem(type, 415, "not-served").get("detail").asString()).contains("application/xml");
  }

  @Test
  void a_mistake_of_ours_says_so_and_tells_no_secrets() throws Exception {
    var answer = web.perform(MockMvcRequestBuilders.get("/broken")).andReturn().getResponse();

    assertThat(problem(answer, 500, "broken").get("detail").asString()).contains("tried to GET /broken")
        .doesNotContain("secret");
  }

  @Test
  void a_database_that_is_away_asks_for_patience() throws Exception {
    var answer = web.perform(MockMvcRequestBuilders.get("/database")).andReturn().getResponse();

    assertThat(problem(answer, 503, "database-away").get("detail").asString()).contains("nothing was changed");
    assertThat(answer.getHeader("Retry-After")).isEqualTo("5");
  }
}
