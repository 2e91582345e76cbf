/** The one address of the control plane: problems, requests that go on to another service, the health of all. */
@NullMarked
package io.cts.probereceiver.door;

import org.jspecify.annotations.NullMarked;
