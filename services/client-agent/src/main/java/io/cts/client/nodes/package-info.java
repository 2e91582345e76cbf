/** {@code cts nodes}: what is known of client machines. */
@NullMarked
package io.cts.client.nodes;

import org.jspecify.annotations.NullMarked;
