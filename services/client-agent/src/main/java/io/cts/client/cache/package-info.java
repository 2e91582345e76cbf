/** {@code cts cache}: what the store holds. */
@NullMarked
package io.cts.client.cache;

import org.jspecify.annotations.NullMarked;
