/** The six services in one JVM, with a Kafka broker and a PostgreSQL server of their own. */
@NullMarked
package io.cts.standalone;

import org.jspecify.annotations.NullMarked;
