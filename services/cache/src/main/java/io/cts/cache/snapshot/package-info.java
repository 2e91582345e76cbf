/** What serving needs when there is neither database nor broker, in one local file. */
@NullMarked
package io.cts.cache.snapshot;

import org.jspecify.annotations.NullMarked;
