package io.cts.feedback.weights;

import io.cts.contract.Topics;
import io.cts.contract.WeightsPublished;
import io.cts.messaging.EventJson;
import jakarta.persistence.AttributeConverter;
import java.nio.charset.StandardCharsets;

/** The event in a column, as JSON. */
class PublishedText implements AttributeConverter<WeightsPublished, String> {
  private final EventJson json = new EventJson();

  @Override
  public String convertToDatabaseColumn(WeightsPublished published) {
    return json.write(published);
  }

  @Override
  public WeightsPublished convertToEntityAttribute(String text) {
    return json.read(Topics.WEIGHTS_PUBLISHED, text.getBytes(StandardCharsets.UTF_8));
  }
}
