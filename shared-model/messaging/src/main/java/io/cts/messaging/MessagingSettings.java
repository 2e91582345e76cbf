package io.cts.messaging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How topics are made and read.
 *
 * @param partitions of each topic that is made; those of jobs and of dead letters have one
 * @param replication of each topic that is made, at most the number of brokers
 * @param retention how long topics keep events; inbox and outbox remember them a day longer
 * @param concurrency consumers of each subscription in this process
 * @param retries of a handler that fails, before its event goes to the dead letters
 * @param jobLock how long a job is this process's own without a sign of life; the broker bounds it (15 s to 60 s unless
 *     configured otherwise)
 * @param relayPoll how often the outbox is looked through without being told to
 */
@ConfigurationProperties("cts.messaging")
record MessagingSettings(
    @DefaultValue("4") int partitions,
    @DefaultValue("1") short replication,
    @DefaultValue("7d") Duration retention,
    @DefaultValue("2") int concurrency,
    @DefaultValue("6") int retries,
    @DefaultValue("30s") Duration jobLock,
    @DefaultValue("5s") Duration relayPoll) {

  MessagingSettings {
    atLeastOne("partitions", partitions);
    atLeastOne("replication", replication);
    atLeastOne("concurrency", concurrency);
    atLeastOne("retries", retries);
    positive("retention", retention);
    positive("job-lock", jobLock);
    positive("relay-poll", relayPoll);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("cts.messaging." + name + " must be at least 1, not " + value);
    }
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("cts.messaging." + name + " must be positive, not " + value);
    }
  }
}
