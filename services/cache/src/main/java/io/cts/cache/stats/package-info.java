/** What the store holds, and how much of it is there more than once. */
@NullMarked
package io.cts.cache.stats;

import org.jspecify.annotations.NullMarked;
