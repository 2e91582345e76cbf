package io.cts.probereceiver.nodes;

import io.cts.contract.NodeId;
import io.cts.probereceiver.door.Cursor;
import io.cts.probereceiver.door.Page;
import io.cts.probereceiver.door.Parameters;
import io.cts.probereceiver.door.Problem;
import io.cts.probereceiver.door.Refused;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/nodes")
@Tag(name = "nodes", description = "Client machines, and what is known of them")
class NodeController {
  private static final int LARGEST_PAGE = 200;

  private final NodeRegistry registry;
  private final Clock clock;

  NodeController(NodeRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  @PutMapping("/{node}")
  @Operation(summary = "Say what a node is like", description = "A node's own probe says source active; whoever else,"
      + " stated. Each source replaces only what it said before; measured facts are believed before stated ones, for"
      + " 24 hours.")
  NodeView put(@Parameter(example = "edge-7") @PathVariable String node, @RequestBody StatedProfile said) {
    var id = Parameters.node(node);
    try {
      return NodeView.of(registry.register(id, said), clock.instant());
    } catch (IllegalArgumentException e) {
      throw new Refused(Problem.MALFORMED_BODY,
          "tried to register node " + id + ", but its profile cannot be: " + e.getMessage(), e);
    }
  }

  @GetMapping("/{node}")
  @Operation(summary = "What is known of a node")
  NodeView get(@PathVariable String node) {
    var id = Parameters.node(node);
    return NodeView.of(registry.find(id).orElseThrow(() -> unknown(id)), clock.instant());
  }

  @GetMapping
  @Operation(summary = "The nodes, in the order of their names")
  ResponseEntity<Page<NodeView>> list(
      @Parameter(description = "most nodes on a page, up to 200") @RequestParam(defaultValue = "50") int limit,
      @Parameter(description = "where the page before ended, as its next link says") @RequestParam(required = false) @Nullable String cursor) {
    var most = Parameters.limit(limit, LARGEST_PAGE);
    var rows = registry.page(
        cursor == null ? null : Parameters.parsed("cursor", cursor, text -> NodeId.of(Cursor.name(text)).value()),
        most + 1);
    var now = clock.instant();
    return Page.of(rows, most, row -> NodeView.of(row, now), row -> Cursor.of(row.id().value())).answer();
  }

  private static Refused unknown(NodeId node) {
    return new Refused(Problem.UNKNOWN_NODE, "tried to find node " + node + ", but nobody of that name ever pulled,"
        + " probed or was registered: GET /v1/nodes lists those that did, PUT /v1/nodes/" + node + " registers it");
  }
}
