/** What a node measures itself against, and its reports. */
@NullMarked
package io.cts.probereceiver.probe;

import org.jspecify.annotations.NullMarked;
