/** Upstreams as cache uses them: every byte is fetched once, checked, and kept. */
@NullMarked
package io.cts.cache.upstream;

import org.jspecify.annotations.NullMarked;
