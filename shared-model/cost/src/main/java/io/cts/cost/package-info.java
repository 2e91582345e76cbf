/** TEMP */
@NullMarked
package io.cts.cost;

import org.jspecify.annotations.NullMarked;
