/** The choices on the request thread: which form a tag is answered with, which encoding a blob travels in. */
@NullMarked
package io.cts.cache.choice;

import org.jspecify.annotations.NullMarked;
