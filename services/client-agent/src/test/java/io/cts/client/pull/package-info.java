@NullMarked
package io.cts.client.pull;

import org.jspecify.annotations.NullMarked;
