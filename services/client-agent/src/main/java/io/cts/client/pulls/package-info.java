/** {@code cts pulls}: images that are made ready, and what became of each pull. */
@NullMarked
package io.cts.client.pulls;

import org.jspecify.annotations.NullMarked;
