/** How long blobs stay: what each saves, which are leased to pulls, and who leaves when the store is full. */
@NullMarked
package io.cts.cache.residence;

import org.jspecify.annotations.NullMarked;
