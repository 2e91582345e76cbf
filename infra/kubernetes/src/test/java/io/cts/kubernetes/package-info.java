/** The manifests, read as the API server would read them. */
@NullMarked
package io.cts.kubernetes;

import org.jspecify.annotations.NullMarked;
