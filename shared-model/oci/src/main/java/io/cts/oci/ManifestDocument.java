package io.cts.oci;

/** What a tag can point at: an image's manifest or an index of several. */
public sealed interface ManifestDocument permits Manifest, ImageIndex {

  /** The bytes that it was read from. */
  RawManifest raw();

  /**
   * Reads a manifest or an index, by its media type.
   *
   * @throws MalformedManifest if it is neither, or broken, or passes a bound
   */
  static ManifestDocument parse(RawManifest raw) throws MalformedManifest {
    if (MediaTypes.isIndex(raw.mediaType())) {
      return ImageIndex.parse(raw);
    }
    if (MediaTypes.isManifest(raw.mediaType())) {
      return Manifest.parse(raw);
    }
    throw new MalformedManifest("manifest", "mediaType", "CTS does not read " + raw.mediaType());
  }

  /** The header that every kind has; a document that could be read as two kinds is refused. */
  static JsonPart readHeader(String document, RawManifest raw, String... mustNotHave) throws MalformedManifest {
    var root = JsonPart.parse(document, raw.bytes(), RawManifest.MOST_BYTES);
    if (root.number("schemaVersion") != 2) {
      throw new MalformedManifest(document, "schemaVersion", "expected 2");
    }
    var mediaType = root.optionalText("mediaType");
    if (mediaType != null && !mediaType.equals(raw.mediaType())) {
      throw new MalformedManifest(document, "mediaType", "it says " + mediaType + ", it came as " + raw.mediaType());
    }
    for (var name : mustNotHave) {
      if (root.has(name)) {
        throw new MalformedManifest(document, name, "belongs to another kind of document");
      }
    }
    return root;
  }
}
