package io.cts.probereceiver.pulls;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A pull in a list. Absent is what is not known yet. */
@Schema(name = "PullSummary")
record PullSummary(
    UUID id,
    @Nullable String image,
    @Nullable String platform,
    @Nullable String node,
    @Nullable String objective,
    @Nullable @Schema(description = "who asked: api, engine, watch or preview") String origin,
    @Schema(description = "requested, profiled, planned, ready, served, reported, expired or failed") String state,
    @Nullable @Schema(description = "which manifest is served: original, zstd or plain") String form,
    Instant since,
    Instant changedAt,
    PullLinks links) {}
