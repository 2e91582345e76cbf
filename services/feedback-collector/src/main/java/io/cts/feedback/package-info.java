/** TEMP */
@NullMarked
package io.cts.feedback;

import org.jspecify.annotations.NullMarked;
