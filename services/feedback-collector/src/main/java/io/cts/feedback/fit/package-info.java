/**
 * Refitting the constants of the analytic cost model to what pulls really took: pure functions over samples, no Spring,
 * no database.
 */
@NullMarked
package io.cts.feedback.fit;

import org.jspecify.annotations.NullMarked;
