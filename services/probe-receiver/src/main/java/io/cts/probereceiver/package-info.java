/** The front door of the control plane: pull requests, probes, nodes, and what became of each pull. */
@NullMarked
package io.cts.probereceiver;

import org.jspecify.annotations.NullMarked;
