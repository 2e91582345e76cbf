/** The transfers that cache observed, kept once for pulls and nodes alike. */
@NullMarked
package io.cts.probereceiver.transfers;

import org.jspecify.annotations.NullMarked;
