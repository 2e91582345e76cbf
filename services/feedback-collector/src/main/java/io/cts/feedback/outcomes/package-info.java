/** What pulls really took, as rows, and what can be told from it. */
@NullMarked
package io.cts.feedback.outcomes;

import org.jspecify.annotations.NullMarked;
