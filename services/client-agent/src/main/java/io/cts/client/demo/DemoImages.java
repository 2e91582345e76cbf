package io.cts.client.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cts.client.pull.Destination;
import io.cts.client.pull.LayoutFolder;
import io.cts.codec.Codecs;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Makes the demo's images: real files of this machine, in layers compressed with gzip as the usual builders do. */
final class DemoImages {
  private static final int GZIP_LEVEL = 6;
  private static final long MB = 1_000_000;

  private final Path layout;
  private final MachineFiles files = new MachineFiles();

  /** @param layout folder that the images are added to */
  DemoImages(Path layout) {
    this.layout = layout;
  }

  /** @param name repository and tag */
  record Image(String name, Digest manifest, Digest config, long plainBytes, long gzipBytes, int layers) {}

  private interface Content {
    void write(TarWriter tar) throws IOException;
  }

  private record Layer(Descriptor descriptor, Digest diffId, long plainBytes) {}

  /** A runtime, and an application on libraries: about 25 MB as they would be pulled. */
  List<Image> make() throws IOException {
    return List.of(
        image("demo/runtime:1", of(files.jdkTexts(3 * MB)), of(files.jdkBinaries(40 * MB))),
        image("demo/app:1", of(files.jdkTexts(1 * MB)), classes(14 * MB), of(files.jars(5 * MB)), configuration()));
  }

  private static Content of(List<MachineFiles.Entry> entries) {
    return tar -> {
      for (var entry : entries) {
        tar.file(entry.path(), entry.file());
      }
    };
  }

  /** Java classes as they lie in the JDK's modules file, in pieces of a megabyte. */
  private Content classes(long mostBytes) {
    return tar -> {
      if (Files.isReadable(files.jdkModules())) {
        try (var in = new RandomAccessFile(files.jdkModules().toFile(), "r")) {
          var piece = new byte[(int) MB];
          var pieces = Math.min(mostBytes, in.length()) / MB;
          for (var i = 0; i < pieces; i++) {
            in.seek((in.length() - MB) / pieces * i);
            in.readFully(piece);
            tar.file("app/classes/part-%03d.bin".formatted(i), piece);
          }
        }
      }
    };
  }

  private static Content configuration() {
    return tar -> tar.file("app/etc/app.conf", "greeting = hello from the CTS demo\n"
        .getBytes(StandardCharsets.UTF_8));
  }

  private Image image(String name, Content... contents) throws IOException {
    var destination = new LayoutFolder(layout, name);
    var layers = new ArrayList<Layer>();
    for (var content : contents) {
      layers.add(layer(destination, content));
    }
    var config = config(layers);
    var configDigest = store(destination, config);
    var manifest = Documents.manifest(new Descriptor(MediaTypes.OCI_CONFIG, configDigest, config.length),
        layers.stream().map(Layer::descriptor).toList(), Map.of());
    destination.complete(manifest);
    return new Image(name, manifest.digest(), configDigest, layers.stream().mapToLong(Layer::plainBytes).sum(),
        layers.stream().mapToLong(layer -> layer.descriptor().sizeBytes()).sum(), layers.size());
  }

  private Layer layer(Destination destination, Content content) throws IOException {
    var file = Files.createTempFile(layout, ".layer-", ".tar.gz");
    try {
      var compressed = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)),
          Digest.Algorithm.SHA256.newHash());
      var plain = new Counting(new DigestOutputStream(
          Codecs.of(CodecFamily.GZIP).encoder(compressed, GZIP_LEVEL), Digest.Algorithm.SHA256.newHash()));
      try (var tar = new TarWriter(plain)) {
        content.write(tar);
      }
      var digest = Digest.finished(compressed.getMessageDigest().digest());
      try (var slot = destination.slot(digest)) {
        Files.copy(file, slot.out());
        slot.keep();
      }
      return new Layer(new Descriptor(MediaTypes.OCI_LAYER_GZIP, digest, Files.size(file)),
          Digest.finished(plain.hashing.getMessageDigest().digest()), plain.count);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private record Config(String architecture, String os, RootFs rootfs) {}

  private record RootFs(String type, @JsonProperty("diff_ids") List<String> diffIds) {}

  private static byte[] config(List<Layer> layers) {
    var platform = platform();
    var diffIds = layers.stream().map(layer -> layer.diffId.toString()).toList();
    return JsonMapper.shared()
        .writeValueAsBytes(new Config(platform.architecture(),
            platform.os(), new RootFs("layers", diffIds)));
  }

  /** Containers are Linux's, whatever this machine is. */
  static Platform platform() {
    return new Platform("linux", Platform.here().architecture(), null);
  }

  private static Digest store(Destination destination, byte[] bytes) throws IOException {
    var digest = Digest.sha256(bytes);
    try (var slot = destination.slot(digest)) {
      slot.out().write(bytes);
      slot.keep();
    }
    return digest;
  }

  private static final class Counting extends OutputStream {
    private final DigestOutputStream hashing;
    private long count;

    Counting(DigestOutputStream hashing) {
      this.hashing = hashing;
    }

    @Override
    public void write(int b) throws IOException {
      hashing.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      hashing.write(bytes, offset, length);
      count += length;
    }

    @Override
    public void close() throws IOException {
      hashing.close();
    }
  }
}
