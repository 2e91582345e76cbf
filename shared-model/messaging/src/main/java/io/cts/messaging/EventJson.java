package io.cts.messaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.cts.contract.Event;
import io.cts.contract.Topic;
import java.lang.reflect.Constructor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as JSON: properties in the order of the record, absent where null, instants as ISO 8601. Reading passes over
 * properties that it does not know (a later version only adds) and insists on those that are not {@link Nullable}.
 * Thread-safe.
 */
public final class EventJson {
  private final JsonMapper mapper = JsonMapper.builder()
      .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
      .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
      .annotationIntrospector(new NullnessOfRecords())
      .build();

  public String write(Event event) {
    return mapper.writeValueAsString(event);
  }

  /** @throws MalformedEvent if {@code json} is not an event of {@code topic} */
  public <E extends Event> E read(Topic<E> topic, byte @Nullable [] json) {
    if (json == null) {
      throw new MalformedEvent("a record of " + topic.name() + " has no value", null);
    }
    try {
      var event = mapper.readValue(json, topic.type());
      if (event == null) {
        throw new MalformedEvent("an event of " + topic.name() + " is the JSON null", null);
      }
      return event;
    } catch (JacksonException e) {
      throw new MalformedEvent("could not read an event of " + topic.name() + ": " + e.getOriginalMessage() + where(e),
          e);
    }
  }

  private static String where(JacksonException e) {
    var path = String.join(".",
        e.getPath()
            .stream()
            .map(step -> step.getPropertyName() == null ? "" + step.getIndex() : step.getPropertyName())
            .toList());
    return path.isEmpty() ? "" : " (at " + path + ")";
  }

  /** A record's component is required unless its type is {@link Nullable}. */
  private static final class NullnessOfRecords extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      return component(member) ? Boolean.valueOf(!nullable(member)) : super.hasRequiredMarker(config, member);
    }

    @Override
    public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
      return component(annotated) && !nullable(annotated)
          ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
          : super.findSetterInfo(config, annotated);
    }

    private static boolean component(Annotated annotated) {
      return annotated instanceof AnnotatedParameter parameter && parameter.getOwner().getRawType().isRecord()
          && parameter.getOwner().getAnnotated() instanceof Constructor<?>;
    }

    private static boolean nullable(Annotated annotated) {
      var parameter = (AnnotatedParameter) annotated;
      var constructor = (Constructor<?>) parameter.getOwner().getAnnotated();
      return List.of(constructor.getAnnotatedParameterTypes())
          .get(parameter.getIndex())
          .isAnnotationPresent(Nullable.class);
    }
  }
}
