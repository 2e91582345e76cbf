package io.cts.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An image with one layer of text in an OCI layout. */
record SmallLayout(Path folder, RawManifest manifest, Digest config, Digest layer, Digest diffId) {
  private static final int LINES = 20_000;

  /** A layout that holds {@code app:1} and nothing else. */
  static SmallLayout write(Path folder) throws IOException {
    return write(folder, Map.of("app:1", text())).getFirst();
  }

  /** A layout that holds an image for each name, whose layer has one file of that content; in the order of the map. */
  static List<SmallLayout> write(Path folder, Map<String, String> contents) throws IOException {
    Files.createDirectories(folder);
    var images = new ArrayList<SmallLayout>();
    var listed = new ArrayList<Descriptor>();
    for (var named : contents.entrySet()) {
      var image = image(folder, named.getValue());
      images.add(image);
      listed.add(new Descriptor(image.manifest.mediaType(), image.manifest.digest(), image.manifest.sizeBytes(), null,
          null, List.of(), Map.of("org.opencontainers.image.ref.name", named.getKey())));
    }
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.write(folder.resolve("index.json"), Documents.index(listed, Map.of()).bytes());
    return images;
  }

  private static SmallLayout image(Path folder, String content) throws IOException {
    var tar = tar(content.getBytes(UTF_8));
    var layer = gzip(tar);
    var config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
        + Digest.sha256(tar) + "\"]}}").getBytes(UTF_8);
    var manifest = Documents.manifest(
        new Descriptor(MediaTypes.OCI_CONFIG, Digest.sha256(config), config.length),
        List.of(new Descriptor(MediaTypes.OCI_LAYER_GZIP, Digest.sha256(layer), layer.length)), Map.of());
    for (var blob : List.of(layer, config, manifest.bytes())) {
      var file = folder.resolve("blobs/sha256").resolve(Digest.sha256(blob).hex());
      Files.createDirectories(file.getParent());
      Files.write(file, blob);
    }
    return new SmallLayout(folder, manifest, Digest.sha256(config), Digest.sha256(layer), Digest.sha256(tar));
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static String text() {
    var content = new StringBuilder();
    for (var line = 0; line < LINES; line++) {
      content.append("line ").append(line * 7919L % 10007).append('\n');
    }
    return content.toString();
  }

  /** POSIX ustar with one file. */
  static byte[] tar(byte[] file) {
    var header = new byte[512];
    put(header, 0, "text");
    put(header, 100, "0000644\0" + "0000000\0" + "0000000\0" + String.format("%011o\0", file.length) + "00000000000\0");
    put(header, 148, "        0");
    put(header, 257, "ustar\00000");
    var sum = 0;
    for (var b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format("%06o\0 ", sum));
    var tar = new ByteArrayOutputStream();
    tar.writeBytes(header);
    tar.writeBytes(file);
    tar.writeBytes(new byte[(512 - file.length % 512) % 512 + 1024]);
    return tar.toByteArray();
  }

  private static void put(byte[] header, int offset, String text) {
    var bytes = text.getBytes(UTF_8);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
