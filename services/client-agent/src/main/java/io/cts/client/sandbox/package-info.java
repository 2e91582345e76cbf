/** What a command needs that shows or measures CTS on this machine alone: a CTS of its own, images made of its files. */
@NullMarked
package io.cts.client.sandbox;

import org.jspecify.annotations.NullMarked;
