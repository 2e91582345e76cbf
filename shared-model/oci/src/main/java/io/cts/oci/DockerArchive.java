package io.cts.oci;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a {@code docker save} archive holds, read in place.
 *
 * @param tags in the archive's order
 */
record DockerArchive(Map<LocalName, Digest> tags, Map<Digest, RawManifest> manifests, Map<Digest, FileSlice> blobs) {
  private static final int MOST_IMAGES = 1000;
  private static final int MOST_TAGS = 1000;
  private static final Pattern NAMED_BY_DIGEST = Pattern.compile("blobs/sha256/([0-9a-f]{64})");

  /** @throws IOException saying what about {@code file} is wrong */
  static DockerArchive read(Path file) throws IOException {
    var tar = TarIndex.of(file);
    var list = tar.file("manifest.json");
    if (list == null) {
      throw new IOException("there is no manifest.json in it: is it made by \"docker save\"?");
    }
    var archive = new DockerArchive(new LinkedHashMap<>(), new HashMap<>(), new HashMap<>());
    for (var image : JsonPart.parseList("manifest.json", list.bytes(RawManifest.MOST_BYTES), RawManifest.MOST_BYTES,
        MOST_IMAGES)) {
      archive.add(tar, image);
    }
    return archive;
  }

  private void add(TarIndex tar, JsonPart image) throws IOException {
    var configSlice = file(tar, image, image.text("Config"));
    var configBytes = configSlice.bytes(ImageConfig.MOST_BYTES);
    var diffIds = ImageConfig.parse(configBytes).diffIds();
    var paths = image.texts("Layers", Manifest.MOST_LAYERS);
    if (paths.size() != diffIds.size()) {
      throw image.malformed(paths.size() + " layers, and " + diffIds.size() + " in the configuration");
    }
    var layers = new ArrayList<Descriptor>();
    for (var i = 0; i < paths.size(); i++) {
      layers.add(layer(paths.get(i), file(tar, image, paths.get(i)), diffIds.get(i)));
    }
    var config = new Descriptor(MediaTypes.OCI_CONFIG, Digest.sha256(configBytes), configBytes.length);
    blobs.put(config.digest(), configSlice);
    var manifest = Documents.manifest(config, layers, Map.of());
    manifests.put(manifest.digest(), manifest);
    for (var tag : image.texts("RepoTags", MOST_TAGS)) {
      tags.put(LocalName.parse(tag), manifest.digest());
    }
  }

  private static FileSlice file(TarIndex tar, JsonPart image, String path) throws MalformedManifest {
    var slice = tar.file(path);
    if (slice == null) {
      throw image.malformed("the archive has no " + path);
    }
    return slice;
  }

  /** Plain tars go by their diffID; other builders than docker put compressed layers in, which go by their own digest. */
  private Descriptor layer(String path, FileSlice slice, Digest diffId) throws IOException {
    var codec = codec(slice);
    var mediaType = switch (codec) {
      case GZIP -> MediaTypes.OCI_LAYER_GZIP;
      case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
      case IDENTITY, LZ4 -> MediaTypes.OCI_LAYER;
    };
    var digest = codec == CodecFamily.IDENTITY ? diffId : digest(path, slice);
    blobs.put(digest, slice);
    return new Descriptor(mediaType, digest, slice.sizeBytes());
  }

  private static CodecFamily codec(FileSlice slice) throws IOException {
    try (var in = slice.open(0)) {
      var magic = in.readNBytes(4);
      if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) { // RFC 1952, section 2.3.1
        return CodecFamily.GZIP;
      }
      var isZstd = Arrays.equals(magic, new byte[]{0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}); // RFC 8878, 3.1.1
      return isZstd ? CodecFamily.ZSTD : CodecFamily.IDENTITY;
    }
  }

  private static Digest digest(String path, FileSlice slice) throws IOException {
    var named = NAMED_BY_DIGEST.matcher(path);
    if (named.matches()) {
      return new Digest(Digest.Algorithm.SHA256, named.group(1));
    }
    var hash = Digest.Algorithm.SHA256.newHash();
    var buffer = new byte[1 << 16];
    try (var in = slice.open(0)) {
      for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    }
    return Digest.finished(hash.digest());
  }

  List<LocalName> namesOf(String repository) {
    return tags.keySet().stream().filter(name -> name.isOf(repository)).toList();
  }
}
