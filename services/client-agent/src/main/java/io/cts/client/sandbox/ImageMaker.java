package io.cts.client.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cts.client.pull.Destination;
import io.cts.contract.Digest;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/** Makes images of pieces, whose layers are compressed with gzip as the usual builders do. */
public final class ImageMaker {
  private final Path folder;

  /** @param folder for the pieces' files, which stay there */
  public ImageMaker(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  private record Layer(Descriptor descriptor, Digest diffId, long plainBytes) {}

  private record Config(String architecture, String os, RootFs rootfs) {}

  private record RootFs(String type, @JsonProperty("diff_ids") List<String> diffIds) {}

  /** Containers are Linux's, whatever this machine is. */
  public static Platform platform() {
    return new Platform("linux", Platform.here().architecture(), null);
  }

  /** Compresses a piece that others follow; it may be used in any number of layers. */
  public LayerPiece piece(LayerPiece.Content content) throws IOException {
    return LayerPiece.of(folder, content, false);
  }

  /** Compresses a piece that a layer ends with; it may be used in any number of layers. */
  public LayerPiece last(LayerPiece.Content content) throws IOException {
    return LayerPiece.of(folder, content, true);
  }

  /**
   * Makes an image.
   *
   * @param name repository and tag, as {@code destination} knows it
   * @param layers the pieces of each
   */
  public MadeImage image(String name, Destination destination, List<List<LayerPiece>> layers) throws IOException {
    var made = new ArrayList<Layer>();
    for (var pieces : layers) {
      made.add(layer(destination, pieces));
    }
    var config = config(made);
    var configDigest = Digest.sha256(config);
    try (var slot = destination.slot(configDigest)) {
      slot.out().write(config);
      slot.keep();
    }
    var descriptors = made.stream().map(Layer::descriptor).toList();
    var manifest = Documents.manifest(new Descriptor(MediaTypes.OCI_CONFIG, configDigest, config.length), descriptors,
        Map.of());
    destination.complete(manifest);
    return new MadeImage(name, manifest.digest(), configDigest, made.stream().mapToLong(Layer::plainBytes).sum(),
        descriptors);
  }

  private Layer layer(Destination destination, List<LayerPiece> pieces) throws IOException {
    if (pieces.stream().filter(LayerPiece::isLast).count() != 1 || !pieces.getLast().isLast()) {
      throw new IllegalArgumentException("a layer has one last piece, and ends with it");
    }
    var digest = digest(pieces, LayerPiece::gzip);
    var bytes = 0L;
    var plainBytes = 0L;
    try (var slot = destination.slot(digest)) {
      for (var piece : pieces) {
        bytes += Files.copy(piece.gzip(), slot.out());
        plainBytes += Files.size(piece.plain());
      }
      slot.keep();
    }
    return new Layer(new Descriptor(MediaTypes.OCI_LAYER_GZIP, digest, bytes), digest(pieces, LayerPiece::plain),
        plainBytes);
  }

  private static Digest digest(List<LayerPiece> pieces, Function<LayerPiece, Path> which) throws IOException {
    var hash = Digest.Algorithm.SHA256.newHash();
    for (var piece : pieces) {
      hash(which.apply(piece), hash);
    }
    return new Digest(Digest.Algorithm.SHA256, HexFormat.of().formatHex(hash.digest()));
  }

  private static void hash(Path file, MessageDigest hash) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var block = new byte[1 << 16];
      for (int count; (count = in.read(block)) >= 0;) {
        hash.update(block, 0, count);
      }
    }
  }

  private static byte[] config(List<Layer> layers) {
    var platform = platform();
    var diffIds = layers.stream().map(layer -> layer.diffId.toString()).toList();
    return JsonMapper.shared()
        .writeValueAsBytes(new Config(platform.architecture(), platform.os(), new RootFs("layers", diffIds)));
  }
}
