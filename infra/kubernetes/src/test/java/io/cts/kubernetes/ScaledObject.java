package io.cts.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Set;

/** KEDA's {@code keda.sh/v1alpha1 ScaledObject} with the fields that its custom resource definition has. */
final class ScaledObject {
  private static final Map<String, Set<String>> FIELDS = Map.of(
      "", Set.of("apiVersion", "kind", "metadata", "spec"),
      "spec", Set.of("scaleTargetRef", "pollingInterval", "initialCooldownPeriod", "cooldownPeriod",
          "idleReplicaCount", "minReplicaCount", "maxReplicaCount", "advanced", "triggers", "fallback"),
      "spec.scaleTargetRef", Set.of("name", "apiVersion", "kind", "envSourceContainerName"),
      "spec.fallback", Set.of("failureThreshold", "replicas", "behavior"),
      "spec.triggers", Set.of("type", "name", "useCachedMetrics", "metadata", "authenticationRef", "metricType"),
      // of the trigger "prometheus"
      "spec.triggers.metadata", Set.of("serverAddress", "query", "threshold", "activationThreshold", "namespace",
          "customHeaders", "ignoreNullValues", "queryParameters", "unsafeSsl", "timeout", "authModes"));

  private ScaledObject() {}

  static void validateJsonElement(JsonElement object) {
    validate("", object.getAsJsonObject());
    var spec = object.getAsJsonObject().getAsJsonObject("spec");
    if (!spec.has("scaleTargetRef") || !spec.has("triggers")) {
      throw new IllegalArgumentException("a ScaledObject needs spec.scaleTargetRef and spec.triggers");
    }
    spec.getAsJsonArray("triggers")
        .forEach(trigger -> trigger.getAsJsonObject().getAsJsonObject("metadata").entrySet().forEach(entry -> {
          if (!entry.getValue().getAsJsonPrimitive().isString()) {
            throw new IllegalArgumentException("a trigger's " + entry.getKey() + " must be text");
          }
        }));
  }

  private static void validate(String path, JsonObject object) {
    var known = FIELDS.get(path);
    if (known == null) {
      return;
    }
    object.entrySet().forEach(entry -> {
      if (!known.contains(entry.getKey())) {
        throw new IllegalArgumentException("a ScaledObject has no field " + path + "." + entry.getKey());
      }
      var below = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      if (entry.getValue().isJsonObject()) {
        validate(below, entry.getValue().getAsJsonObject());
      } else if (entry.getValue().isJsonArray()) {
        entry.getValue().getAsJsonArray().forEach(element -> validate(below, element.getAsJsonObject()));
      }
    });
  }
}
