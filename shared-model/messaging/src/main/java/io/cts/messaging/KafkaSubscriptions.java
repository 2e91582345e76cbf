package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionTemplate;

/** Collects what the service's beans subscribe to, and has it consumed while it is started. */
final class KafkaSubscriptions implements Subscriptions {
  private static final int LARGEST_BATCH = 500;
  /** Redelivered after a crash at most; a group takes a consumer for dead when these take longer than 15 minutes. */
  private static final int FACTS_AT_ONCE = 20;

  private final KafkaClients clients;
  private final MessagingSettings settings;
  private final EventJson json;
  private final Inbox inbox;
  private final TransactionTemplate transactions;
  private final DeadLetters deadLetters;
  private final Handling handling;
  private final MeterRegistry metrics;
  private final Map<String, Supplier<Consumption>> shared = new LinkedHashMap<>();
  private final Map<String, List<Supplier<Consumption>>> jobs = new LinkedHashMap<>();
  private final EverywhereReader everywhere;
  private List<Consumption> running = List.of();

  KafkaSubscriptions(KafkaClients clients, MessagingSettings settings, EventJson json, Inbox inbox,
      TransactionTemplate transactions, DeadLetters deadLetters, Handling handling, MeterRegistry metrics) {
    this.clients = clients;
    this.settings = settings;
    this.json = json;
    this.inbox = inbox;
    this.transactions = transactions;
    this.deadLetters = deadLetters;
    this.handling = handling;
    this.metrics = metrics;
    everywhere = new EverywhereReader(clients, json, metrics);
  }

  @Override
  public <E extends Event> void facts(Topic<E> topic, Consumer<E> handler) {
    var listener = new FactListener<>(topic, handler, json, inbox, transactions, handling, metrics);
    share(topic, () -> new ContainerConsumption(clients.sharing(topic.name(), FACTS_AT_ONCE), topic.name(),
        settings.concurrency(), listener, deadLetters.errorHandler()));
  }

  @Override
  public <E extends Event> void observations(Topic<E> topic, Consumer<List<E>> handler) {
    var listener = new ObservationListener<>(topic, handler, json, transactions, deadLetters, handling, metrics);
    share(topic, () -> new ContainerConsumption(clients.gathering(topic.name(), LARGEST_BATCH), topic.name(),
        settings.concurrency(), listener, deadLetters.errorHandler()));
  }

  @Override
  public <E extends Event> CompletionStage<Void> everywhere(Topic<E> topic, Consumer<E> handler) {
    return everywhere.add(topic, handler);
  }

  @Override
  public <E extends Event> void jobs(Topic<E> topic, int parallel, JobHandler<E> handler) {
    var workers = new ArrayList<Supplier<Consumption>>();
    for (var i = 1; i <= parallel; i++) {
      var number = i;
      workers
          .add(() -> new JobWorker<>(topic, handler, clients, json, deadLetters, settings.jobLock(), handling, metrics,
              number));
    }
    if (shared.containsKey(topic.name()) || jobs.putIfAbsent(topic.name(), workers) != null) {
      throw twice(topic);
    }
  }

  private void share(Topic<?> topic, Supplier<Consumption> consumption) {
    if (jobs.containsKey(topic.name()) || shared.putIfAbsent(topic.name(), consumption) != null) {
      throw twice(topic);
    }
  }

  private IllegalStateException twice(Topic<?> topic) {
    return new IllegalStateException(clients.service() + " subscribes to " + topic.name()
        + " twice: its handlers would share the events between them; let one handler call both");
  }

  Set<String> sharedTopics() {
    return shared.keySet();
  }

  Set<String> jobTopics() {
    return jobs.keySet();
  }

  synchronized void start() {
    var starting = new ArrayList<Consumption>();
    starting.add(everywhere);
    shared.values().forEach(consumption -> starting.add(consumption.get()));
    jobs.values().forEach(workers -> workers.forEach(worker -> starting.add(worker.get())));
    running = List.copyOf(starting);
    running.forEach(Consumption::start);
  }

  synchronized void stop() {
    try (var stopping = Executors.newVirtualThreadPerTaskExecutor()) {
      running.forEach(consumption -> stopping.execute(consumption::stop));
    }
    running = List.of();
  }
}
