/** What cache knows of images, layers, variants and made manifests: in memory to serve from, in Postgres to keep. */
@NullMarked
package io.cts.cache.catalog;

import org.jspecify.annotations.NullMarked;
