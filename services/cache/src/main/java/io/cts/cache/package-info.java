/**
 * The cache service: upstreams, the blob store and the registry's {@code /v2/}. It serves each client each layer in the
 * form and encoding that has it running soonest, and never waits for Kafka or for a commit to do so.
 */
@NullMarked
package io.cts.cache;

import org.jspecify.annotations.NullMarked;
