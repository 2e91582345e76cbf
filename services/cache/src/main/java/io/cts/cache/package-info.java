/** TEMP */
@NullMarked
package io.cts.cache;

import org.jspecify.annotations.NullMarked;
