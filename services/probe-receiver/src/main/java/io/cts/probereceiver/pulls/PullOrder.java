package io.cts.probereceiver.pulls;

import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Platform;
import io.cts.probereceiver.nodes.StatedProfile;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of a submission. */
@Schema(name = "PullOrder", description = "An image that is wanted", example = """
    {"image": "docker.io/library/nginx:1.27", "platform": "linux/amd64"}""")
record PullOrder(
    @Nullable @Schema(description = "as one types it for docker", type = "string", requiredMode = Schema.RequiredMode.REQUIRED) ImageRef image,
    @Nullable @Schema(description = "os/architecture[/variant]; the node's own, or linux/amd64, where left out", type = "string") Platform platform,
    @Nullable @Schema(description = "a registered node that will pull it; whoever comes, where left out", type = "string") NodeId node,
    @Nullable @Schema(description = "an imagined node: makes this a preview, that is planned and served to nobody") StatedProfile profile,
    @Nullable @Schema(description = "what to minimise: latency (default), egress or balanced", type = "string", allowableValues = {
        "latency", "egress", "balanced"}) Objective objective) {}
