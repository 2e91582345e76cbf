/** What is seen of clients while they are served: who they are, which pull a request belongs to, what a transfer took. */
@NullMarked
package io.cts.cache.observe;

import org.jspecify.annotations.NullMarked;
