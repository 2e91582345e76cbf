package io.cts.probereceiver.probe;

import io.cts.contract.EventId;
import io.cts.contract.PullReported;
import io.cts.messaging.Observations;
import io.cts.probereceiver.door.Problem;
import io.cts.probereceiver.door.Refused;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/probe")
@Tag(name = "probe", description = "What a node measures itself against, and its reports")
class ProbeController {
  static final int MOST_BYTES = 64 << 20;
  /** Probes share the service's link: more at once would measure each other. */
  static final int MOST_AT_ONCE = 4;
  /** One that just ended, as its node sees it, may not have ended here. */
  private static final long PATIENCE_MILLIS = 500;
  private static final int BLOCK = 64 << 10;
  private static final String RESEND = "; ask again in a second";

  private final Semaphore transfers = new Semaphore(MOST_AT_ONCE);
  private final Observations observations;
  private final Clock clock;

  ProbeController(Observations observations, Clock clock) {
    this.observations = observations;
    this.clock = clock;
  }

  @GetMapping("/rtt")
  @Operation(summary = "Answers at once with nothing: time it on an open connection")
  @ApiResponse(responseCode = "204", description = "Nothing, at once")
  ResponseEntity<Void> rtt() {
    return ResponseEntity.noContent().cacheControl(CacheControl.noStore()).build();
  }

  @GetMapping(path = "/download", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  @Operation(summary = "Bytes that no codec makes smaller", description = "Up to 64 MiB; a few at once.")
  void download(@Parameter(description = "how many, 1 to 67108864", required = true) @RequestParam long bytes,
      HttpServletResponse response) throws IOException {
    if (bytes < 1 || bytes > MOST_BYTES) {
      throw new Refused(Problem.MALFORMED_PARAMETER, "tried to send " + bytes + " bytes for a probe, but bytes must lie"
          + " between 1 and " + MOST_BYTES);
    }
    begin("download");
    try {
      response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
      response.setContentLengthLong(bytes);
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform");
      var random = new SplittableRandom();
      var block = new byte[BLOCK];
      var out = response.getOutputStream();
      for (var left = bytes; left > 0; left -= BLOCK) {
        random.nextBytes(block);
        out.write(block, 0, (int) Math.min(left, BLOCK));
      }
    } finally {
      transfers.release();
    }
  }

  /**
   * @param bytes that arrived
   * @param seconds from the first read to the end
   */
  record Uploaded(long bytes, double seconds) {}

  @PostMapping(path = "/upload")
  @Operation(summary = "Takes bytes, forgets them, and says how long they took", description = "Up to 64 MiB of any"
      + " type; a few at once.")
  Uploaded upload(HttpServletRequest request) throws IOException {
    if (request.getContentLengthLong() > MOST_BYTES) {
      throw tooLarge();
    }
    begin("upload");
    try {
      var started = System.nanoTime();
      var block = new byte[BLOCK];
      var in = request.getInputStream();
      long bytes = 0;
      for (var read = in.read(block); read >= 0; read = in.read(block)) {
        bytes += read;
        if (bytes > MOST_BYTES) {
          throw tooLarge();
        }
      }
      return new Uploaded(bytes, (System.nanoTime() - started) / 1e9);
    } finally {
      transfers.release();
    }
  }

  /** What was accepted. */
  record Accepted(EventId id) {}

  @PostMapping("/reports")
  @Operation(summary = "An agent says what a pull took", description = "Published on cts.pull-reported.v1. The same"
      + " report of the same pull and node counts once.")
  @ApiResponse(responseCode = "202", description = "Taken on")
  ResponseEntity<Accepted> report(@RequestBody PullReport report) {
    PullReported event;
    try {
      event = report.event(clock.instant());
    } catch (IllegalArgumentException e) {
      throw new Refused(Problem.MALFORMED_BODY,
          "tried to take a report of a pull, but it cannot be: " + e.getMessage(), e);
    }
    observations.record(event);
    return ResponseEntity.accepted().body(new Accepted(event.id()));
  }

  private void begin(String what) {
    if (!acquired()) {
      throw new Refused(Problem.TOO_MANY, "tried to serve a probe's " + what + ", but " + MOST_AT_ONCE
          + " run already, and more would measure each other" + RESEND);
    }
  }

  private boolean acquired() {
    try {
      return transfers.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Refused tooLarge() {
    return new Refused(Problem.TOO_LARGE,
        "tried to take a probe's upload, but it is larger than " + MOST_BYTES + " bytes; send fewer");
  }
}
