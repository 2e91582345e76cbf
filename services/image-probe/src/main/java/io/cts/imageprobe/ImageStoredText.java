package io.cts.imageprobe;

import io.cts.contract.ImageStored;
import io.cts.contract.Topics;
import io.cts.messaging.EventJson;
import jakarta.persistence.AttributeConverter;
import java.nio.charset.StandardCharsets;

/** The event in a column, as JSON. */
class ImageStoredText implements AttributeConverter<ImageStored, String> {
  private final EventJson json;

  ImageStoredText(EventJson json) {
    this.json = json;
  }

  @Override
  public String convertToDatabaseColumn(ImageStored stored) {
    return json.write(stored);
  }

  @Override
  public ImageStored convertToEntityAttribute(String text) {
    return json.read(Topics.IMAGE_STORED, text.getBytes(StandardCharsets.UTF_8));
  }
}
