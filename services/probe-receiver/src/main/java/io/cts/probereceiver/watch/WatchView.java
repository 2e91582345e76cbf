package io.cts.probereceiver.watch;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A watched tag as the API shows it. */
@Schema(name = "Watch")
record WatchView(
    String image,
    @Nullable String platform,
    @Nullable @Schema(description = "the last one seen") String digest,
    @Nullable Instant lookedAt,
    @Nullable @Schema(description = "why the last look gave no digest") String failure,
    @Nullable @Schema(description = "the pull that was submitted last") UUID announced) {}
