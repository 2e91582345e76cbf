/** Nodes: what was probed, stated and observed of each, made into one profile. */
@NullMarked
package io.cts.probereceiver.nodes;

import org.jspecify.annotations.NullMarked;
