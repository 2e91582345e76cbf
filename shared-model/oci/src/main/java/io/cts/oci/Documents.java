package io.cts.oci;

import io.cts.contract.Platform;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes documents. The same arguments always give the same bytes: fields stand in one order, without white space. */
public final class Documents {

  private Documents() {}

  /** An OCI manifest of an image. */
  public static RawManifest manifest(Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    var root = header(MediaTypes.OCI_MANIFEST);
    write(root.putObject("config"), config);
    var array = root.putArray("layers");
    layers.forEach(layer -> write(array.addObject(), layer));
    annotate(root, annotations);
    return RawManifest.of(MediaTypes.OCI_MANIFEST, JsonPart.MAPPER.writeValueAsBytes(root));
  }

  /** An OCI index, such as the answer of the referrers API. */
  public static RawManifest index(List<Descriptor> manifests, Map<String, String> annotations) {
    var root = header(MediaTypes.OCI_INDEX);
    var array = root.putArray("manifests");
    manifests.forEach(manifest -> write(array.addObject(), manifest));
    annotate(root, annotations);
    return RawManifest.of(MediaTypes.OCI_INDEX, JsonPart.MAPPER.writeValueAsBytes(root));
  }

  private static ObjectNode header(String mediaType) {
    return JsonPart.MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", mediaType);
  }

  private static void write(ObjectNode node, Descriptor descriptor) {
    node.put("mediaType", descriptor.mediaType());
    node.put("digest", descriptor.digest().toString());
    node.put("size", descriptor.sizeBytes());
    if (descriptor.artifactType() != null) {
      node.put("artifactType", descriptor.artifactType());
    }
    write(node, descriptor.platform());
    if (!descriptor.urls().isEmpty()) {
      var urls = node.putArray("urls");
      descriptor.urls().forEach(urls::add);
    }
    annotate(node, descriptor.annotations());
  }

  private static void write(ObjectNode node, @Nullable Platform platform) {
    if (platform != null) {
      var object = node.putObject("platform");
      object.put("architecture", platform.architecture());
      object.put("os", platform.os());
      if (platform.variant() != null) {
        object.put("variant", platform.variant());
      }
    }
  }

  private static void annotate(ObjectNode node, Map<String, String> annotations) {
    if (!annotations.isEmpty()) {
      var object = node.putObject("annotations");
      annotations.forEach(object::put);
    }
  }
}
