/** {@code cts topics}: what the services tell each other. */
@NullMarked
package io.cts.client.topics;

import org.jspecify.annotations.NullMarked;
