package io.cts.oci;

import io.cts.contract.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A part of a document, which knows where it stands, so that a complaint can say so. */
record JsonPart(String document, String where, JsonNode node) {
  /** A manifest needs 4; histories and annotations no more. */
  private static final int DEEPEST = 32;

  /**
   * Duplicate names are refused: two readers of one document must not see two images (CVE-2021-41190 is the story of
   * such a document).
   */
  static final JsonMapper MAPPER = JsonMapper
      .builder(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  /** @param document what it is, for messages */
  static JsonPart parse(String document, byte[] bytes, int mostBytes) throws MalformedManifest {
    var root = new JsonPart(document, "", tree(document, bytes, mostBytes));
    if (!root.node.isObject()) {
      throw root.malformed("expected a JSON object");
    }
    return root;
  }

  /** The elements of a document that is an array. */
  static List<JsonPart> parseList(String document, byte[] bytes, int mostBytes, int mostElements)
      throws MalformedManifest {
    var wrapped = MAPPER.createObjectNode().set("", tree(document, bytes, mostBytes));
    return new JsonPart(document, "", wrapped).array("", mostElements);
  }

  private static JsonNode tree(String document, byte[] bytes, int mostBytes) throws MalformedManifest {
    if (bytes.length > mostBytes) {
      throw new MalformedManifest(document, "", bytes.length + " bytes, more than the " + mostBytes + " allowed");
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      var location = e.getLocation();
      throw new MalformedManifest(document, location == null
          ? ""
          : "line " + location.getLineNr() + ", column "
              + location.getColumnNr(),
          "not JSON that CTS reads: " + e.getOriginalMessage(), e);
    }
  }

  MalformedManifest malformed(String why) {
    return new MalformedManifest(document, where, why);
  }

  private JsonPart child(String name) {
    return new JsonPart(document, where.isEmpty() ? name : where + "." + name, node.path(name));
  }

  private boolean isAbsent() {
    return node.isMissingNode() || node.isNull();
  }

  boolean has(String name) {
    return !child(name).isAbsent();
  }

  JsonPart object(String name) throws MalformedManifest {
    var child = child(name);
    if (!child.node.isObject()) {
      throw child.malformed("expected an object");
    }
    return child;
  }

  Optional<JsonPart> optionalObject(String name) throws MalformedManifest {
    return has(name) ? Optional.of(object(name)) : Optional.empty();
  }

  String text(String name) throws MalformedManifest {
    var child = child(name);
    if (!child.node.isString()) {
      throw child.malformed("expected text");
    }
    return child.node.stringValue();
  }

  @Nullable
  String optionalText(String name) throws MalformedManifest {
    return has(name) ? text(name) : null;
  }

  Digest digest(String name) throws MalformedManifest {
    return parsedDigest(child(name), text(name));
  }

  private static Digest parsedDigest(JsonPart part, String text) throws MalformedManifest {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedManifest(part.document, part.where, String.valueOf(e.getMessage()), e);
    }
  }

  long size(String name) throws MalformedManifest {
    var child = child(name);
    if (!child.node.isIntegralNumber() || !child.node.canConvertToLong() || child.node.longValue() < 0) {
      throw child.malformed("expected a size in bytes");
    }
    return child.node.longValue();
  }

  int number(String name) throws MalformedManifest {
    var child = child(name);
    if (!child.node.isIntegralNumber() || !child.node.canConvertToInt()) {
      throw child.malformed("expected a whole number");
    }
    return child.node.intValue();
  }

  /** The elements of an array, each of which knows its place; none where the array is absent or null. */
  List<JsonPart> array(String name, int most) throws MalformedManifest {
    var child = child(name);
    if (child.isAbsent()) {
      return List.of();
    }
    if (!child.node.isArray()) {
      throw child.malformed("expected an array");
    }
    if (child.node.size() > most) {
      throw child.malformed(child.node.size() + " entries, more than the " + most + " allowed");
    }
    var parts = new ArrayList<JsonPart>();
    for (var element : child.node.values()) {
      parts.add(new JsonPart(document, child.where + "[" + parts.size() + "]", element));
    }
    return parts;
  }

  List<Digest> digests(String name, int most) throws MalformedManifest {
    var digests = new ArrayList<Digest>();
    for (var element : array(name, most)) {
      digests.add(parsedDigest(element, element.asText()));
    }
    return digests;
  }

  List<String> texts(String name, int most) throws MalformedManifest {
    var texts = new ArrayList<String>();
    for (var element : array(name, most)) {
      texts.add(element.asText());
    }
    return texts;
  }

  private String asText() throws MalformedManifest {
    if (!node.isString()) {
      throw malformed("expected text");
    }
    return node.stringValue();
  }

  /** A map of text to text, in the document's order; empty where it is absent. */
  Map<String, String> textMap(String name) throws MalformedManifest {
    var map = new LinkedHashMap<String, String>();
    var child = child(name);
    if (child.isAbsent()) {
      return map;
    }
    for (var entry : object(name).node.properties()) {
      map.put(entry.getKey(), child.text(entry.getKey()));
    }
    return map;
  }
}
