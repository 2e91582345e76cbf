/** The cost model's constants: every version that was published, and which one serves. */
@NullMarked
package io.cts.feedback.weights;

import org.jspecify.annotations.NullMarked;
