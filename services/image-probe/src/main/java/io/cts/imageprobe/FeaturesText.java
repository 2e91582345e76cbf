package io.cts.imageprobe;

import io.cts.contract.LayerFeatures;
import jakarta.persistence.AttributeConverter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Features in a column, as JSON. */
class FeaturesText implements AttributeConverter<LayerFeatures, String> {
  private final JsonMapper json;

  FeaturesText(JsonMapper json) {
    this.json = json;
  }

  @Override
  public @Nullable String convertToDatabaseColumn(@Nullable LayerFeatures features) {
    return features == null ? null : json.writeValueAsString(features);
  }

  @Override
  public @Nullable LayerFeatures convertToEntityAttribute(@Nullable String text) {
    return text == null ? null : json.readValue(text, LayerFeatures.class);
  }
}
