package io.cts.cache.agents;

import io.cts.cache.agents.Agents.Enrolled;
import io.cts.cache.learning.Learner;
import io.cts.contract.Digest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Enrols agents and takes their inventories. */
@RestController
class AgentsController {
  /** The digests, their quotes, commas and blanks. */
  private static final int MOST_BYTES = Inventories.MOST * 100;

  private final Agents agents;
  private final Inventories inventories;
  private final Learner learner;
  private final JsonMapper json;

  AgentsController(Agents agents, Inventories inventories, Learner learner, JsonMapper json) {
    this.agents = agents;
    this.inventories = inventories;
    this.learner = learner;
    this.json = json;
  }

  record EnrolledAgent(String agent, String token) {
    static EnrolledAgent of(Enrolled enrolled) {
      return new EnrolledAgent(enrolled.agent().value(), enrolled.token());
    }
  }

  record Inventory(@Nullable List<Digest> layers) {}

  @PostMapping("/v1/agents")
  @ResponseStatus(HttpStatus.CREATED)
  EnrolledAgent enrol() {
    return agents.enrol()
        .map(EnrolledAgent::of)
        .orElseThrow(() -> new Refused(HttpStatus.TOO_MANY_REQUESTS,
            "no more agents can be enrolled here: those that were not seen for 90 days are forgotten at the next start"));
  }

  @PutMapping("/v1/agents/inventory")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void inventory(@RequestHeader(name = "CTS-Agent", required = false) @Nullable String token,
      HttpServletRequest request) throws IOException {
    if (token == null) {
      throw new Refused(HttpStatus.UNAUTHORIZED,
          "an inventory needs the header CTS-Agent with the agent's token; POST /v1/agents gives one");
    }
    var agent = agents.withToken(token)
        .or(() -> learner.lookAgain(Agents.hash(token)) ? agents.withToken(token) : Optional.empty())
        .orElseThrow(() -> new Refused(HttpStatus.UNAUTHORIZED,
            "the token in CTS-Agent is not known here (any more); enrol again with POST /v1/agents"));
    inventories.replace(agent, layers(request));
  }

  private Set<Digest> layers(HttpServletRequest request) throws IOException {
    var body = request.getInputStream().readNBytes(MOST_BYTES + 1);
    var layers = body.length > MOST_BYTES ? List.<Digest>of() : parsed(body).layers();
    if (layers == null || layers.stream().anyMatch(Objects::isNull)) {
      throw new Refused(HttpStatus.BAD_REQUEST, "an inventory is {\"layers\": [\"sha256:…\", …]}; digests are missing");
    }
    if (body.length > MOST_BYTES || layers.size() > Inventories.MOST) {
      throw new Refused(HttpStatus.CONTENT_TOO_LARGE,
          "an inventory names " + Inventories.MOST + " layers at most; name those that were used last");
    }
    return Set.copyOf(layers);
  }

  private Inventory parsed(byte[] body) {
    try {
      return json.readValue(body, Inventory.class);
    } catch (JacksonException e) {
      throw new Refused(HttpStatus.BAD_REQUEST,
          "an inventory is {\"layers\": [\"sha256:…\", …]}, and this cannot be read as one: " + e.getOriginalMessage());
    }
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final HttpStatus status;

    Refused(HttpStatus status, String message) {
      super(message);
      this.status = status;
    }
  }

  @ExceptionHandler
  ProblemDetail refused(Refused refused) {
    return ProblemDetail.forStatusAndDetail(refused.status, String.valueOf(refused.getMessage()));
  }

  @ExceptionHandler
  ProblemDetail withoutDatabase(DataAccessException failure) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
        "agents cannot be enrolled while the database is away: try again in a minute");
  }
}
