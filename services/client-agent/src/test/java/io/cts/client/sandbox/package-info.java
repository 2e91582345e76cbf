@NullMarked
package io.cts.client.sandbox;

import org.jspecify.annotations.NullMarked;
