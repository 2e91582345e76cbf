/** The command line of CTS, and the client that pulls as an agent does. Plain Java, quick to start. */
@NullMarked
package io.cts.client;

import org.jspecify.annotations.NullMarked;
