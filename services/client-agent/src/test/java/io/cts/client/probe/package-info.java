@NullMarked
package io.cts.client.probe;

import org.jspecify.annotations.NullMarked;
