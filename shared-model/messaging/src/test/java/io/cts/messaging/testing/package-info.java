/**
 * A real broker and a real database for integration tests: put
 * {@link io.cts.messaging.testing.WithKafkaAndPostgres} on the class.
 */
@NullMarked
package io.cts.messaging.testing;

import org.jspecify.annotations.NullMarked;
