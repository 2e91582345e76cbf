/** TEMP */
@NullMarked
package io.cts.imageprobe;

import org.jspecify.annotations.NullMarked;
