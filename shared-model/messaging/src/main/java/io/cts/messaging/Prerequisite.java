package io.cts.messaging;

import java.util.concurrent.CompletionStage;

/** What a service needs before it can handle events, beside Kafka. Beans of this type are waited for. */
public interface Prerequisite {

  /** Done when events may come. */
  CompletionStage<Void> met();
}
