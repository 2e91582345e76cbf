/** Experiments that print what CTS is worth beside its peers: {@code cts lab NAME}. */
@NullMarked
package io.cts.client.lab;

import org.jspecify.annotations.NullMarked;
