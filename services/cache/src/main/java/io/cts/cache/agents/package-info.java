/** Clients that keep layers and say which: who they are, what they hold, what they were served. */
@NullMarked
package io.cts.cache.agents;

import org.jspecify.annotations.NullMarked;
