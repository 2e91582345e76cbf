/** What is where in a layer's tar, found in one streaming pass. */
@NullMarked
package io.cts.delta.tar;

import org.jspecify.annotations.NullMarked;
