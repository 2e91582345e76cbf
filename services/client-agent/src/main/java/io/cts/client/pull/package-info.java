/** Pulls an image as an engine does, and says what it took. {@link io.cts.client.pull.Puller} is the way in. */
@NullMarked
package io.cts.client.pull;

import org.jspecify.annotations.NullMarked;
