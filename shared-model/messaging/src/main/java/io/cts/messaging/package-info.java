/**
 * Events on Kafka: nothing lost, nothing handled twice. A service imports {@link io.cts.messaging.MessagingConfiguration},
 * subscribes plain handlers through {@link io.cts.messaging.Subscriptions} and publishes through
 * {@link io.cts.messaging.Outbox} or {@link io.cts.messaging.Observations}.
 */
@NullMarked
package io.cts.messaging;

import org.jspecify.annotations.NullMarked;
