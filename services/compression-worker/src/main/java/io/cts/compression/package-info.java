/**
 * compression-worker: turns plans into jobs, one for each variant that is not there, and does them.
 * {@link io.cts.compression.WantedEncodings} asks, {@link io.cts.compression.EncodingJobs} answers,
 * {@link io.cts.compression.OverdueEncodings} looks after what got lost in between.
 */
@NullMarked
package io.cts.compression;

import org.jspecify.annotations.NullMarked;
