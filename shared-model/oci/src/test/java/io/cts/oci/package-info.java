@NullMarked
package io.cts.oci;

import org.jspecify.annotations.NullMarked;
