package io.cts.messaging.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.test.annotation.DirtiesContext;

/**
 * The class's tests have an empty Kafka and an empty database and an empty folder for blobs, which the system properties
 * {@code CTS_KAFKA}, {@code CTS_DB_URL}, {@code CTS_DB_USER}, {@code CTS_DB_PASSWORD} and {@code CTS_BLOBS} name, as the
 * services' settings expect them. Both run in this JVM, or in containers with the Maven profile of that name. Methods may take a {@link Broker} and a {@link TopicReader} as parameters.
 *
 * <pre>
 * {@code @WithKafkaAndPostgres}
 * {@code @SpringBootTest}(classes = DecisionService.class, properties = "spring.config.name=decision")
 * class PlanningIT {
 *   {@code @Test}
 *   void a_pull_is_planned_once(TopicReader topics) {
 *     topics.publish(new PullRequested(…));
 *     var planned = topics.await(Topics.PULL_PLANNED, event -> event.pull().equals(pull));
 * </pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kafka-and-postgres")
@ExtendWith(KafkaAndPostgres.class)
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_CLASS)
public @interface WithKafkaAndPostgres {
}
