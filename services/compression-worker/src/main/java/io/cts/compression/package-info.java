/** TEMP */
@NullMarked
package io.cts.compression;

import org.jspecify.annotations.NullMarked;
