package io.cts.messaging;

import io.cts.contract.Topic;
import io.cts.contract.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes the topics that are not there, each by whichever service comes first. */
final class TopicSetup {
  /** Read from the beginning to know the newest of each key: kept for ever, older ones of a key are dropped. */
  private static final Set<Topic<?>> STATE = Set.of(Topics.NODE_PROFILED, Topics.WEIGHTS_PUBLISHED);

  private final KafkaClients clients;
  private final MessagingSettings settings;

  TopicSetup(KafkaClients clients, MessagingSettings settings) {
    this.clients = clients;
    this.settings = settings;
  }

  /** @param jobs topics that this service takes jobs from */
  void make(Collection<String> jobs) throws ExecutionException, InterruptedException {
    try (var admin = clients.admin()) {
      var there = admin.listTopics().names().get();
      var wanted = new ArrayList<NewTopic>();
      for (var topic : Topics.ALL) {
        // a share group divides partitions among its members before it lets them share one: of a single one, any
        // worker takes any job
        var partitions = topic.delivery() == Topic.Delivery.WORK ? 1 : settings.partitions();
        wanted.add(topic(topic.name(), partitions, STATE.contains(topic)));
        wanted.add(topic(topic.deadLetters(), 1, false));
      }
      wanted.removeIf(topic -> there.contains(topic.name()));
      for (var making : admin.createTopics(wanted).values().values()) {
        try {
          making.get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
      var groups = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
      for (var topic : jobs) {
        groups.put(new ConfigResource(ConfigResource.Type.GROUP, clients.group(topic)),
            List.of(set("share.auto.offset.reset", "earliest"),
                set("share.record.lock.duration.ms", "" + settings.jobLock().toMillis())));
      }
      admin.incrementalAlterConfigs(groups).all().get();
    }
  }

  private NewTopic topic(String name, int partitions, boolean state) {
    var configuration = new HashMap<String, String>();
    configuration.put("max.message.bytes", "" + KafkaClients.LARGEST_EVENT_BYTES);
    configuration.put("min.insync.replicas", "" + Math.max(1, settings.replication() - 1));
    if (state) {
      configuration.put("cleanup.policy", "compact");
    } else {
      configuration.put("retention.ms", "" + settings.retention().toMillis());
    }
    return new NewTopic(name, partitions, settings.replication()).configs(Map.copyOf(configuration));
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }
}
