#!/bin/bash
# kafka-run-class.sh CLASS [ARGUMENT]...   runs a class of Kafka's; under the name of a tool, that tool
set -euo pipefail
home=$(dirname "$(dirname "$(realpath "$0")")")
case $(basename "$0") in
  kafka-topics.sh) class=org.apache.kafka.tools.TopicCommand ;;
  kafka-configs.sh) class=org.apache.kafka.tools.ConfigCommand ;;
  kafka-console-consumer.sh) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  kafka-console-producer.sh) class=org.apache.kafka.tools.ConsoleProducer ;;
  kafka-consumer-groups.sh) class=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
  kafka-share-groups.sh) class=org.apache.kafka.tools.consumer.group.ShareGroupCommand ;;
  kafka-broker-api-versions.sh) class=org.apache.kafka.tools.BrokerApiVersionsCommand ;;
  kafka-metadata-quorum.sh) class=org.apache.kafka.tools.MetadataQuorumCommand ;;
  kafka-storage.sh) class=kafka.tools.StorageTool ;;
  kafka-server-start.sh) class=kafka.Kafka ;;
  *) class=$1; shift ;;
esac
case $class in
  kafka.Kafka) heap="-Xms1G -Xmx1G" logging=log4j2.yaml ;;
  *) heap="-Xmx256M" logging=tools-log4j2.yaml ;;
esac
configuration=$home/config/$logging
[ -e "$configuration" ] || configuration=/etc/kafka/docker/$logging
# shellcheck disable=SC2086  # lists of options
exec java ${KAFKA_HEAP_OPTS:-$heap} ${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC -XX:MaxGCPauseMillis=20} ${KAFKA_OPTS:-} \
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$configuration} -Dkafka.logs.dir="$home/logs" -cp "$home/libs/*" "$class" "$@"
