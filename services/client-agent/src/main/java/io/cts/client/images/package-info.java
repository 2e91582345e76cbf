/** {@code cts images}: what CTS holds of an image. */
@NullMarked
package io.cts.client.images;

import org.jspecify.annotations.NullMarked;
