/** The pull side of the OCI distribution specification 1.1 under {@code /v2/}. */
@NullMarked
package io.cts.cache.registry;

import org.jspecify.annotations.NullMarked;
