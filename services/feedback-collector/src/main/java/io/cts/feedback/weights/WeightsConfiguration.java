package io.cts.feedback.weights;

import io.cts.contract.Topics;
import io.cts.messaging.Outbox;
import io.cts.messaging.Subscriptions;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class WeightsConfiguration {

  @Bean
  WeightsKeeper weights(Versions versions, Attempts attempts, Subscriptions subscriptions, Outbox outbox,
      PlatformTransactionManager transactions, InstantSource now) {
    var keeper = new WeightsKeeper(versions, attempts, outbox, new TransactionTemplate(transactions), now);
    subscriptions.everywhere(Topics.WEIGHTS_PUBLISHED, keeper::seen).thenRun(keeper::topicIsRead);
    return keeper;
  }
}
