/** A machine measures itself: what it decodes, what it has, and its link to CTS. */
@NullMarked
package io.cts.client.probe;

import org.jspecify.annotations.NullMarked;
