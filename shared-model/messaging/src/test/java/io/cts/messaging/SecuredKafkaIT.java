package io.cts.messaging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.embedded.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that wants a name and a password, as managed ones do. */
class SecuredKafkaIT {
  private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

  private static EmbeddedKafka secured(Path folder) throws Exception {
    return EmbeddedKafka.start(folder, Map.of("listener.security.protocol.map",
        "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "inter.broker.listener.name", "PLAINTEXT",
        "sasl.enabled.mechanisms", "PLAIN", "sasl.mechanism.inter.broker.protocol", "PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config",
        LOGIN + " username=\"broker\" password=\"b\" user_broker=\"b\" user_cts=\"secret\";"));
  }

  @Test
  void clients_sign_in_with_what_the_file_says(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("kafka.properties"), """
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=PLAIN
        sasl.jaas.config=%s username="cts" password="secret";
        """.formatted(LOGIN));
    try (var broker = secured(folder.resolve("broker"))) {
      var clients = new KafkaClients(broker.bootstrap(), "tested", "one", KafkaClients.connection(file.toString()));
      try (var admin = clients.admin(); var producer = clients.producer()) {
        admin.createTopics(List.of(new NewTopic("topic", 1, (short) 1))).all().get(30, SECONDS);
        assertThat(producer.send(new ProducerRecord<>("topic", "key", "value")).get(30, SECONDS).offset()).isZero();
      }

      var unknown = new KafkaClients(broker.bootstrap(), "tested", "two", Map.of());
      try (var admin = unknown.admin()) {
        assertThatThrownBy(() -> admin.listTopics().names().get(30, SECONDS)).isNotNull();
      }
    }
  }

  @Test
  void a_file_that_is_not_there_is_told_with_what_it_is_to_be(@TempDir Path folder) {
    assertThatThrownBy(() -> KafkaClients.connection(folder.resolve("none").toString()))
        .hasMessageContaining("tried to read how to connect to Kafka from " + folder.resolve("none"))
        .hasMessageContaining("--command-config");
  }
}
