@NullMarked
package io.cts.client;

import org.jspecify.annotations.NullMarked;
