package io.cts.decision;

import io.cts.contract.PullId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.core.JacksonException;

/** {@code /v1/decisions}: why pulls are served as they are, and how others would be. */
@RestController
final class DecisionController {
  private final Pulls pulls;
  private final Simulation simulation;

  DecisionController(Pulls pulls, Simulation simulation) {
    this.pulls = pulls;
    this.simulation = simulation;
  }

  /**
   * A pull that has no decision.
   *
   * @param state {@code waiting} or {@code failed}
   * @param waitsFor what is still to come
   * @param failure why there will be none
   */
  record Undecided(PullId pull, String state, List<String> waitsFor, @Nullable String failure) {}

  /** 200 with the decision, 202 while it waits, 404 for a pull that nobody told decision of. */
  @GetMapping("/v1/decisions/{pull}")
  ResponseEntity<Object> decision(@PathVariable String pull) {
    var id = parse(pull);
    var decided = pulls.decision(id);
    if (decided.isPresent()) {
      return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(decided.get());
    }
    var row = pulls.find(id)
        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND,
            "no decision on pull " + id + ": it was never asked for, or so long ago that it is forgotten"));
    if (row.state() == Pulls.State.FAILED) {
      return ResponseEntity.ok(new Undecided(id, "failed", List.of(), row.failure()));
    }
    var waitsFor = new ArrayList<String>();
    if (row.requested() == null) {
      waitsFor.add("the request");
    }
    if (row.manifest() == null) {
      waitsFor.add("the image's profile");
    }
    return ResponseEntity.accepted().body(new Undecided(id, "waiting", waitsFor, null));
  }

  @PostMapping("/v1/decisions:simulate")
  Decision simulate(@RequestBody Simulation.Question question) {
    try {
      return simulation.answer(question);
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage(), e);
    }
  }

  @ExceptionHandler
  ProblemDetail unreadable(HttpMessageNotReadableException e) {
    var why = e.getCause() instanceof JacksonException json
        ? json.getOriginalMessage() + " (" + json.getPathReference() + ")"
        : "there is none, or it broke off";
    return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
        "tried to read the body, but: " + why + "; services/decision/README.md shows what may be asked");
  }

  private static PullId parse(String text) {
    try {
      return PullId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage(), e);
    }
  }
}
