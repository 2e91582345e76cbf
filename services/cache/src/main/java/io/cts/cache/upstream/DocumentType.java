package io.cts.cache.upstream;

import io.cts.oci.MediaTypes;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The media type of a stored manifest, from its bytes. */
final class DocumentType {
  private static final JsonMapper JSON = new JsonMapper();

  private DocumentType() {}

  /** What the document says it is; docker's always say, an OCI one that does not is told by what it lists. */
  static String of(byte[] document) {
    try {
      var root = JSON.readTree(document);
      var stated = root.path("mediaType").asString("");
      if (!stated.isEmpty()) {
        return stated;
      }
      return root.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    } catch (JacksonException e) {
      return MediaTypes.OCI_MANIFEST; // a blob under a manifest's address: whoever parses it says so
    }
  }
}
