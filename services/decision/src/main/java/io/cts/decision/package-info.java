/** TEMP */
@NullMarked
package io.cts.decision;

import org.jspecify.annotations.NullMarked;
