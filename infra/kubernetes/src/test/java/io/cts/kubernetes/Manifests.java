package io.cts.kubernetes;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The objects of some files, each with the file that it is from. */
final class Manifests {
  private static final Gson GSON = new Gson();

  record Manifest(String file, JsonObject object) {
    String kind() {
      return object.get("kind").getAsString();
    }

    String name() {
      return object.getAsJsonObject("metadata").get("name").getAsString();
    }

    @Override
    public String toString() {
      return kind() + " " + name() + " in " + file;
    }
  }

  private Manifests() {}

  /** What kustomize made of one overlay. */
  static List<Manifest> rendered(Path file) throws IOException {
    return objects(file);
  }

  /** Every file that a kustomization names as a resource: whole objects, not patches. */
  static List<Manifest> resources(Path kubernetes) throws IOException {
    var all = new ArrayList<Manifest>();
    for (var kustomization : kustomizations(kubernetes)) {
      for (var resource : kustomization.resources()) {
        var file = kustomization.folder().resolve(resource);
        if (Files.isRegularFile(file)) {
          all.addAll(objects(file));
        }
      }
    }
    return all;
  }

  record Kustomization(Path folder, List<String> resources) {}

  private static List<Kustomization> kustomizations(Path kubernetes) throws IOException {
    try (Stream<Path> files = Files.walk(kubernetes)) {
      var all = new ArrayList<Kustomization>();
      for (var file : files.filter(file -> file.endsWith("kustomization.yaml")).sorted().toList()) {
        if (yaml().load(Files.readString(file)) instanceof Map<?, ?> content
            && content.get("resources") instanceof List<?> resources) {
          var folder = file.toAbsolutePath().getParent();
          all.add(new Kustomization(folder == null ? kubernetes : folder,
              resources.stream().map(String::valueOf).toList()));
        }
      }
      return all;
    }
  }

  private static List<Manifest> objects(Path file) throws IOException {
    var objects = new ArrayList<Manifest>();
    for (var document : yaml().loadAll(Files.readString(file))) {
      JsonElement element = GSON.toJsonTree(document);
      if (!element.isJsonNull()) {
        objects.add(new Manifest(String.valueOf(file.getFileName()), element.getAsJsonObject()));
      }
    }
    return objects;
  }

  private static Yaml yaml() {
    return new Yaml(new SafeConstructor(new LoaderOptions()));
  }
}
