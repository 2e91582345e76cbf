package io.cts.probereceiver.pulls;

import io.cts.contract.PullId;
import io.cts.probereceiver.door.Cursor;
import io.cts.probereceiver.door.Page;
import io.cts.probereceiver.door.Parameters;
import io.cts.probereceiver.door.Problem;
import io.cts.probereceiver.door.Refused;
import io.cts.probereceiver.pulls.Admission.Admitted;
import io.cts.probereceiver.pulls.Admission.Refusal;
import io.cts.probereceiver.transfers.TransferStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/v1/pulls")
@Tag(name = "pulls", description = "Images that nodes want, and what becomes of each")
class PullController {
  private static final int LARGEST_PAGE = 200;

  private final PullDesk desk;
  private final PullStore pulls;
  private final PullList list;
  private final TransferStore transfers;
  private final LiveChanges live;

  PullController(PullDesk desk, PullStore pulls, PullList list, TransferStore transfers, LiveChanges live) {
    this.desk = desk;
    this.pulls = pulls;
    this.list = list;
    this.transfers = transfers;
    this.live = live;
  }

  @PostMapping
  @Operation(summary = "Have an image made ready", description = "For a registered node, for whoever comes, or, with a"
      + " profile, as a preview that is planned and served to nobody. The answer comes at once; follow its links.")
  @ApiResponse(responseCode = "202", description = "Taken on")
  ResponseEntity<PullView> submit(@RequestBody PullOrder order) {
    return switch (desk.submit(order)) {
      case Admitted(var pull) -> ResponseEntity.accepted()
          .location(URI.create("/v1/pulls/" + pull.id()))
          .body(view(pull));
      case Refusal(var problem, var detail) -> throw new Refused(problem, detail);
    };
  }

  @GetMapping("/{id}")
  @Operation(summary = "A pull: its state, its layers' encodings, why, and what was predicted and measured")
  PullView get(@PathVariable String id) {
    var pull = Parameters.pull(id);
    return view(pulls.find(pull).orElseThrow(() -> unknown(pull)));
  }

  @GetMapping
  @Operation(summary = "The pulls, newest first")
  ResponseEntity<Page<PullSummary>> list(
      @Parameter(description = "requested, profiled, planned, ready, served, reported, expired or failed") @RequestParam(required = false) @Nullable String state,
      @Parameter(description = "as one types it; without tag and digest, all of that repository") @RequestParam(required = false) @Nullable String image,
      @Parameter(description = "most pulls on a page, up to 200") @RequestParam(defaultValue = "50") int limit,
      @Parameter(description = "where the page before ended, as its next link says") @RequestParam(required = false) @Nullable String cursor) {
    var filter = PullList.Filter.ALL;
    if (state != null) {
      filter = Parameters.parsed("state", state, filter::inState);
    }
    if (image != null) {
      filter = Parameters.parsed("image", image, filter::ofImage);
    }
    var most = Parameters.limit(limit, LARGEST_PAGE);
    var rows = list.page(filter, cursor == null ? null : Parameters.parsed("cursor", cursor, Cursor::parse), most + 1);
    return Page.of(rows, most, row -> row, row -> new Cursor(row.since(), row.id()).toString()).answer();
  }

  @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(summary = "The states of a pull so far, then live", description = "Server-sent events named state, whose"
      + " id is the step and whose data is {pull, step, state, end, at, detail}. Ends after an end state. With"
      + " Last-Event-ID it goes on after that step, or answers 204 where nothing follows.")
  ResponseEntity<SseEmitter> events(@PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEvent) {
    var pull = Parameters.pull(id);
    var after = lastEvent == null ? 0 : Parameters.parsed("Last-Event-ID", lastEvent, PullController::step);
    var changes = pulls.changes(List.of(pull));
    if (changes.isEmpty()) {
      throw unknown(pull);
    }
    if (changes.getLast().end() && changes.getLast().step() <= after) {
      return ResponseEntity.noContent().build(); // HTML standard, server-sent events: tells a client to stop asking
    }
    return ResponseEntity.ok(live.follow(pull, after));
  }

  private PullView view(PullStory pull) {
    return PullView.of(pull, pulls.changes(List.of(pull.id())), transfers.ofPull(pull.id()));
  }

  private static int step(String lastEvent) {
    try {
      return Integer.parseInt(lastEvent);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a step: \"" + lastEvent + "\" (expected the id of an event)", e);
    }
  }

  private static Refused unknown(PullId pull) {
    return new Refused(Problem.UNKNOWN_PULL, "tried to find pull " + pull + ", but there is none of that id, or it is"
        + " so old that it was forgotten: GET /v1/pulls lists those that there are");
  }
}
