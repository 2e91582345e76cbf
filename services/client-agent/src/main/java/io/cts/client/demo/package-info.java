/** {@code cts demo}: the main job, on this machine alone. */
@NullMarked
package io.cts.client.demo;

import org.jspecify.annotations.NullMarked;
