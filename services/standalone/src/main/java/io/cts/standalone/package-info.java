/** TEMP */
@NullMarked
package io.cts.standalone;

import org.jspecify.annotations.NullMarked;
