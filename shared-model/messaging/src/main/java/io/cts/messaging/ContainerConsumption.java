package io.cts.messaging;

import java.time.Duration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.GenericMessageListener;

/** A subscription that Spring's listener containers serve. */
final class ContainerConsumption implements Consumption {
  private final ConcurrentMessageListenerContainer<String, byte[]> container;

  ContainerConsumption(ConsumerFactory<String, byte[]> consumers, String topic, int concurrency,
      GenericMessageListener<?> listener, DefaultErrorHandler errorHandler) {
    var properties = new ContainerProperties(topic);
    properties.setMessageListener(listener);
    properties.setAckMode(ContainerProperties.AckMode.BATCH);
    properties.setMissingTopicsFatal(false);
    properties.setStopImmediate(true); // after the event at hand: the others are delivered again
    properties.setShutdownTimeout(Duration.ofSeconds(8).toMillis());
    properties.setMicrometerEnabled(false);
    container = new ConcurrentMessageListenerContainer<>(consumers, properties);
    container.setBeanName(topic);
    container.setConcurrency(concurrency);
    container.setCommonErrorHandler(errorHandler);
  }

  @Override
  public void start() {
    container.start();
  }

  @Override
  public void stop() {
    container.stop();
  }
}
