/** What cache does off the serving path: stores requested images, makes forms, says when a pull is ready. */
@NullMarked
package io.cts.cache.pipeline;

import org.jspecify.annotations.NullMarked;
