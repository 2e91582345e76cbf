/** Servers that come with the process. */
@NullMarked
package io.cts.embedded;

import org.jspecify.annotations.NullMarked;
