/** Says, for each pull, how it is best served and which variants are worth making, and explains it. */
@NullMarked
package io.cts.decision;

import org.jspecify.annotations.NullMarked;
