/** Tags that are looked at on a schedule, so that a new image is ready before anybody pulls it. */
@NullMarked
package io.cts.probereceiver.watch;

import org.jspecify.annotations.NullMarked;
