/** TEMP */
@NullMarked
package io.cts.probereceiver;

import org.jspecify.annotations.NullMarked;
