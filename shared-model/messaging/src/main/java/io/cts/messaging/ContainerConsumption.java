package io.cts.messaging;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.GenericMessageListener;

/** A subscription that Spring's listener containers serve. A consumer that ends by itself is started again. */
final class ContainerConsumption implements Consumption {
  private static final Logger log = LoggerFactory.getLogger(ContainerConsumption.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final String topic;
  private final ConcurrentMessageListenerContainer<String, byte[]> container;
  private boolean wanted;

  ContainerConsumption(ConsumerFactory<String, byte[]> consumers, String topic, int concurrency,
      GenericMessageListener<?> listener, DefaultErrorHandler errorHandler) {
    this.topic = topic;
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
    container.setApplicationEventPublisher(event -> {
      if (event instanceof ConsumerStoppedEvent stopped && stopped.getReason() != ConsumerStoppedEvent.Reason.NORMAL) {
        Thread.ofVirtual().start(() -> again(stopped.getReason()));
      }
    });
  }

  @Override
  public synchronized void start() {
    wanted = true;
    container.start();
  }

  @Override
  public synchronized void stop() {
    wanted = false;
    container.stop();
  }

  private void again(ConsumerStoppedEvent.Reason why) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      return;
    }
    synchronized (this) {
      if (wanted) {
        log.warn("a consumer of {} ended ({}), starting again{}", topic, why, hint(why));
        container.stop();
        container.start();
      }
    }
  }

  /** Kafka fences a member also after its own request was lost and sent again. */
  private static String hint(ConsumerStoppedEvent.Reason why) {
    return why == ConsumerStoppedEvent.Reason.FENCED
        ? ": if this goes on, another process of this service has the same CTS_INSTANCE"
        : "";
  }
}
