/**
 * What CTS knows of the OCI image and distribution specifications 1.1: the documents, and the upstreams that they are
 * read from. {@link io.cts.oci.Upstreams} is the way in.
 */
@NullMarked
package io.cts.oci;

import org.jspecify.annotations.NullMarked;
