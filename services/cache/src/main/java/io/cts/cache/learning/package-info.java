/** How what is held in memory keeps up with the database that several processes share, and outlives its absence. */
@NullMarked
package io.cts.cache.learning;

import org.jspecify.annotations.NullMarked;
