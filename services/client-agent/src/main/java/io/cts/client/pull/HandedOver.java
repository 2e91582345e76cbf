package io.cts.client.pull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cts.client.sandbox.TarWriter;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image that is handed over as a whole, as {@code docker save} would write it. Until then its blobs are collected in a
 * folder, where those that are whole survive a kill; once it was taken the folder is removed.
 */
public final class HandedOver implements Destination {
  private final Path folder;
  private final LayoutFolder blobs;
  private final @Nullable String tag;
  private final Taker taker;

  /** Who gets it. */
  @FunctionalInterface
  public interface Taker {
    void take(Archive archive) throws IOException;
  }

  /** An image as a tar, written when it is asked for. */
  @FunctionalInterface
  public interface Archive {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What {@code manifest.json} in such an archive says of an image. */
  private record Entry(
      @JsonProperty("Config") String config,
      @JsonProperty("RepoTags") List<String> tags,
      @JsonProperty("Layers") List<String> layers) {}

  /** @param tag that the image goes by in the archive; absent: none */
  public HandedOver(Path folder, @Nullable String tag, Taker taker) {
    this.folder = folder;
    this.blobs = new LayoutFolder(folder, "image");
    this.tag = tag;
    this.taker = taker;
  }

  @Override
  public boolean holds(Digest blob) throws IOException {
    return blobs.holds(blob);
  }

  @Override
  public Slot slot(Digest blob) throws IOException {
    return blobs.slot(blob);
  }

  @Override
  public void complete(RawManifest raw) throws IOException {
    var manifest = Manifest.parse(raw);
    taker.take(out -> write(manifest, out));
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void write(Manifest manifest, OutputStream out) throws IOException {
    var tar = new TarWriter(out);
    var config = manifest.config().digest().hex() + ".json";
    tar.file(config, blobs.file(manifest.config().digest()));
    var layers = new ArrayList<String>();
    for (var layer : manifest.layers()) {
      var name = layer.digest().hex() + ".tar";
      if (!layers.contains(name)) {
        tar.file(name, readable(layer.digest(), layer.mediaType()));
      }
      layers.add(name);
    }
    var entry = new Entry(config, tag == null ? List.of() : List.of(tag), layers);
    tar.file("manifest.json", JsonMapper.shared().writeValueAsBytes(List.of(entry)));
    tar.end();
  }

  /** Every engine reads plain and gzip layers; what else there is becomes plain. */
  private Path readable(Digest layer, String mediaType) throws IOException {
    var file = blobs.file(layer);
    var coding = MediaTypes.layerCodec(mediaType).orElse(CodecFamily.IDENTITY);
    if (coding == CodecFamily.IDENTITY || coding == CodecFamily.GZIP) {
      return file;
    }
    var plain = file.resolveSibling(layer.hex() + ".plain");
    try (var in = Codecs.of(coding).decoder(Files.newInputStream(file), DecodeBounds.LAYER);
        var to = Files.newOutputStream(plain)) {
      in.transferTo(to);
    }
    return plain;
  }
}
