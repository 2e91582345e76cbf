package io.cts.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.cts.kubernetes.Manifests.Manifest;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads every object with the types of Kubernetes' own client, which refuses fields that it does not know. With
 * {@code -Dcts.rendered=DIR} it reads what {@code kustomize build} made of each overlay, {@code DIR/NAME.yaml}; without, the
 * files that the overlays are made of.
 */
class ManifestsTest {
  private static final Path KUBERNETES = Path.of("").toAbsolutePath();
  private static final Set<String> OUTSIDE = Set.of("cts-secrets");
  private static final Pattern IN_CLUSTER = Pattern.compile(
      "(--[a-z]+)=http://([a-z-]+)\\.cts\\.svc\\.cluster\\.local:(\\d+)");

  @FunctionalInterface
  private interface Validation {
    void of(JsonElement object) throws IOException;
  }

  private static final Map<String, Validation> KNOWN = Map.ofEntries(
      Map.entry("v1/Namespace", V1Namespace::validateJsonElement),
      Map.entry("v1/Service", V1Service::validateJsonElement),
      Map.entry("v1/ConfigMap", V1ConfigMap::validateJsonElement),
      Map.entry("v1/PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement),
      Map.entry("apps/v1/Deployment", V1Deployment::validateJsonElement),
      Map.entry("apps/v1/StatefulSet", V1StatefulSet::validateJsonElement),
      Map.entry("apps/v1/DaemonSet", V1DaemonSet::validateJsonElement),
      Map.entry("policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement),
      Map.entry("networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::validateJsonElement),
      Map.entry("keda.sh/v1alpha1/ScaledObject", ScaledObject::validateJsonElement));

  /** All objects that go into one cluster, or all files when nothing was rendered. */
  record Whole(String name, List<Manifest> manifests) {
    List<Manifest> ofKind(String... kinds) {
      return manifests.stream().filter(manifest -> Set.of(kinds).contains(manifest.kind())).toList();
    }

    List<JsonObject> pods() {
      return ofKind("Deployment", "StatefulSet", "DaemonSet").stream()
          .map(manifest -> at(manifest.object(), "spec", "template"))
          .toList();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Whole> wholes() throws IOException {
    var rendered = System.getProperty("cts.rendered");
    if (rendered == null) {
      return Stream.of(new Whole("files", Manifests.resources(KUBERNETES)));
    }
    var wholes = new ArrayList<Whole>();
    try (var files = Files.list(KUBERNETES.resolve("overlays"))) {
      for (var overlay : files.sorted().toList()) {
        var name = String.valueOf(overlay.getFileName());
        wholes.add(new Whole(name, Manifests.rendered(Path.of(rendered).resolve(name + ".yaml"))));
      }
    }
    return wholes.stream();
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void every_object_has_only_fields_that_kubernetes_knows(Whole whole) throws IOException {
    assertThat(whole.manifests()).hasSizeGreaterThan(20);
    for (var manifest : whole.manifests()) {
      var type = manifest.object().get("apiVersion").getAsString() + "/" + manifest.kind();
      var validation = KNOWN.get(type);
      if (validation == null) {
        throw new AssertionError(manifest + ": its type " + type + " is not among " + KNOWN.keySet());
      }
      try {
        validation.of(manifest.object());
      } catch (IllegalArgumentException e) {
        throw new AssertionError(manifest + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void a_field_with_a_typing_error_is_refused() throws IOException {
    var deployment = Manifests.resources(KUBERNETES).stream().filter(it -> it.kind().equals("Deployment")).findFirst();
    var spec = at(deployment.orElseThrow().object(), "spec", "template", "spec");
    spec.addProperty("terminationGracePeriodSecond", 30);
    assertThatThrownBy(() -> V1Deployment.validateJsonElement(deployment.orElseThrow().object()))
        .hasMessageContaining("terminationGracePeriodSecond");
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void services_budgets_and_policies_select_pods_that_are_there(Whole whole) {
    for (var manifest : whole.ofKind("Service", "PodDisruptionBudget")) {
      var selector = at(manifest.object(), "spec", "selector");
      var labels = selector.has("matchLabels") ? selector.getAsJsonObject("matchLabels") : selector;
      assertThat(whole.pods()).as("pods of %s", manifest).anyMatch(pod -> carries(pod, labels));
    }
    for (var manifest : whole.ofKind("NetworkPolicy")) {
      var selector = at(manifest.object(), "spec", "podSelector");
      if (selector.has("matchLabels")) {
        assertThat(whole.pods()).as("pods of %s", manifest)
            .anyMatch(pod -> carries(pod, selector.getAsJsonObject("matchLabels")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void a_service_leads_to_a_port_that_its_pods_have(Whole whole) {
    for (var service : whole.ofKind("Service")) {
      var selector = at(service.object(), "spec", "selector");
      for (var pod : whole.pods().stream().filter(pod -> carries(pod, selector)).toList()) {
        var named = containers(pod).flatMap(container -> elements(container.getAsJsonArray("ports")))
            .map(port -> port.get("name").getAsString())
            .toList();
        for (var port : at(service.object(), "spec").getAsJsonArray("ports")) {
          assertThat(named).as("ports of %s", service)
              .contains(port.getAsJsonObject().get("targetPort").getAsString());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void agents_are_told_where_both_front_doors_are(Whole whole) {
    for (var agents : whole.ofKind("DaemonSet")) {
      var told = IN_CLUSTER.matcher(agents.object().toString())
          .results()
          .collect(Collectors.toMap(address -> address.group(1), address -> address.group(2) + ":" + address.group(3)));
      assertThat(told).containsOnlyKeys("--registry", "--api");
      assertThat(told.get("--registry")).isEqualTo("cache:" + port(whole, "cache"));
      assertThat(told.get("--api")).isEqualTo("probe-receiver:" + port(whole, "probe-receiver"));
    }
  }

  private static int port(Whole whole, String service) {
    var found = whole.ofKind("Service").stream().filter(it -> it.name().equals(service)).findFirst().orElseThrow();
    return elements(at(found.object(), "spec").getAsJsonArray("ports")).findFirst()
        .orElseThrow()
        .get("port")
        .getAsInt();
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void what_pods_refer_to_is_made_or_is_known_to_be_made_outside(Whole whole) {
    if (whole.name().equals("files")) {
      return; // patches add the references
    }
    var made = whole.ofKind("ConfigMap", "PersistentVolumeClaim").stream().map(Manifest::name).toList();
    for (var pod : whole.pods()) {
      var referred = new ArrayList<String>();
      find(pod, "configMapRef", it -> referred.add(it.get("name").getAsString()));
      find(pod, "persistentVolumeClaim", it -> referred.add(it.get("claimName").getAsString()));
      find(pod, "secret", it -> referred.add(it.get("secretName").getAsString()));
      assertThat(referred).allMatch(name -> made.contains(name) || OUTSIDE.contains(name));
    }
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void every_container_is_bounded_and_can_do_little(Whole whole) {
    if (whole.name().equals("files")) {
      return; // a patch says so for all
    }
    for (var pod : whole.pods()) {
      containers(pod).forEach(container -> {
        var image = container.get("image").getAsString();
        var rights = container.getAsJsonObject("securityContext");
        assertThat(rights.get("allowPrivilegeEscalation").getAsBoolean()).as(image).isFalse();
        assertThat(rights.get("readOnlyRootFilesystem").getAsBoolean()).as(image).isTrue();
        assertThat(at(rights, "capabilities").get("drop").getAsJsonArray().get(0).getAsString()).as(image)
            .isEqualTo("ALL");
        assertThat(at(container, "resources", "limits").has("memory")).as(image).isTrue();
        assertThat(container.has("readinessProbe")).as("a readiness probe of %s", image).isTrue();
      });
      assertThat(at(pod, "spec", "securityContext").get("runAsNonRoot").getAsBoolean()).isTrue();
    }
  }

  private static JsonObject at(JsonObject object, String... path) {
    var at = object;
    for (var step : path) {
      at = at.getAsJsonObject(step);
      assertThat(at).as("%s of %s", step, object).isNotNull();
    }
    return at;
  }

  private static boolean carries(JsonObject pod, JsonObject labels) {
    var own = at(pod, "metadata", "labels");
    return labels.entrySet().stream().allMatch(label -> label.getValue().equals(own.get(label.getKey())));
  }

  private static Stream<JsonObject> containers(JsonObject pod) {
    return elements(at(pod, "spec").getAsJsonArray("containers"));
  }

  private static Stream<JsonObject> elements(JsonArray array) {
    return array == null
        ? Stream.empty()
        : StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsJsonObject);
  }

  private static void find(JsonElement in, String key, java.util.function.Consumer<JsonObject> found) {
    if (in.isJsonArray()) {
      in.getAsJsonArray().forEach(element -> find(element, key, found));
    } else if (in.isJsonObject()) {
      in.getAsJsonObject().entrySet().forEach(entry -> {
        if (entry.getKey().equals(key) && entry.getValue().isJsonObject()) {
          found.accept(entry.getValue().getAsJsonObject());
        }
        find(entry.getValue(), key, found);
      });
    }
  }
}
