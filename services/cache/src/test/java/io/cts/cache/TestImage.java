package io.cts.cache;

import io.cts.codec.Codecs;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A small image whose layers are real tars: text that compresses and noise that does not, from a seed. */
final class TestImage {
  final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
  final List<byte[]> tars = new ArrayList<>();
  final List<Digest> layers = new ArrayList<>();
  final CodecFamily storedAs;
  final Digest config;
  final RawManifest manifest;

  private TestImage(List<byte[]> tars, CodecFamily storedAs, String mediaType) {
    this(tars, tars.stream().map(Digest::sha256).toList(), storedAs, mediaType);
  }

  private TestImage(List<byte[]> tars, List<Digest> claimed, CodecFamily storedAs, String mediaType) {
    this(tars, claimed, storedAs, mediaType, 0);
  }

  /** @param cut where what encodes a tar begins anew */
  private TestImage(List<byte[]> tars, List<Digest> claimed, CodecFamily storedAs, String mediaType, int cut) {
    this.storedAs = storedAs;
    var descriptors = new ArrayList<Descriptor>();
    for (var tar : tars) {
      var bytes = encoded(tar, storedAs, cut);
      var digest = put(bytes);
      this.tars.add(tar);
      layers.add(digest);
      descriptors.add(new Descriptor(mediaType, digest, bytes.length));
    }
    var json = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
        + String.join(",", claimed.stream().map(diffId -> "\"" + diffId + "\"").toList()) + "]}}";
    var configBytes = json.getBytes(StandardCharsets.UTF_8);
    config = put(configBytes);
    manifest = Documents.manifest(new Descriptor(MediaTypes.OCI_CONFIG, config, configBytes.length), descriptors,
        Map.of());
    blobs.put(manifest.digest(), manifest.bytes());
  }

  /** Layers as most images have them. */
  static TestImage gzip(long seed, int layers, int kilobytes) {
    return new TestImage(tars(seed, layers, kilobytes), CodecFamily.GZIP, MediaTypes.OCI_LAYER_GZIP);
  }

  /** One layer whose gzip has two members (RFC 1952, section 2.2), the last of so many kilobytes of tar. */
  static TestImage inMembers(long seed, int lastKilobytes) {
    var tar = tars(seed, 1, 2 * Math.max(64, lastKilobytes)).getFirst();
    return new TestImage(tar, tar.length - (lastKilobytes << 10));
  }

  private TestImage(byte[] tar, int cut) {
    this(List.of(tar), List.of(Digest.sha256(tar)), CodecFamily.GZIP, MediaTypes.OCI_LAYER_GZIP, cut);
  }

  static TestImage zstd(long seed, int layers, int kilobytes) {
    return new TestImage(tars(seed, layers, kilobytes), CodecFamily.ZSTD, MediaTypes.OCI_LAYER_ZSTD);
  }

  static TestImage plain(long seed, int layers, int kilobytes) {
    return new TestImage(tars(seed, layers, kilobytes), CodecFamily.IDENTITY, MediaTypes.OCI_LAYER);
  }

  /** As of a {@code FROM scratch} with nothing but a configuration. */
  static TestImage withoutLayers() {
    return new TestImage(List.of(), CodecFamily.GZIP, MediaTypes.OCI_LAYER_GZIP);
  }

  /** One layer, which is not what the configuration claims. */
  static TestImage claiming(long seed, Digest diffId) {
    return new TestImage(tars(seed, 1, 2048), List.of(diffId), CodecFamily.GZIP, MediaTypes.OCI_LAYER_GZIP);
  }

  /** One layer with one file. */
  static TestImage oneFile(String content) {
    return files(Map.of("file", content));
  }

  /** One layer with these files, in the order of the map. */
  static TestImage files(Map<String, String> contents) {
    var tar = new ByteArrayOutputStream();
    contents.forEach((name, content) -> entry(tar, name, content.getBytes(StandardCharsets.UTF_8)));
    tar.writeBytes(new byte[1024]);
    return new TestImage(List.of(tar.toByteArray()), CodecFamily.GZIP, MediaTypes.OCI_LAYER_GZIP);
  }

  static TestImage foreign(long seed) {
    return new TestImage(tars(seed, 1, 4), CodecFamily.GZIP,
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");
  }

  Digest diffId(int layer) {
    return Digest.sha256(tars.get(layer));
  }

  byte[] blob(Digest digest) {
    return Objects.requireNonNull(blobs.get(digest));
  }

  private Digest put(byte[] bytes) {
    var digest = Digest.sha256(bytes);
    blobs.put(digest, bytes);
    return digest;
  }

  private static byte[] encoded(byte[] tar, CodecFamily family, int cut) {
    var bytes = new ByteArrayOutputStream();
    if (cut > 0) {
      encode(tar, 0, cut, family, bytes);
    }
    encode(tar, cut, tar.length - cut, family, bytes);
    return bytes.toByteArray();
  }

  private static void encode(byte[] tar, int offset, int length, CodecFamily family, ByteArrayOutputStream bytes) {
    try (var out = Codecs.of(family).encoder(bytes, family == CodecFamily.IDENTITY ? 0 : 3)) {
      out.write(tar, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> tars(long seed, int layers, int kilobytes) {
    var random = new Random(seed);
    var tars = new ArrayList<byte[]>();
    for (var i = 0; i < layers; i++) {
      tars.add(tar(random, "layer" + i, kilobytes));
    }
    return tars;
  }

  private static byte[] tar(Random random, String name, int kilobytes) {
    var out = new ByteArrayOutputStream();
    var noise = new byte[kilobytes << 8];
    random.nextBytes(noise);
    var text = new StringBuilder();
    while (text.length() < kilobytes * 768) {
      text.append("line ").append(random.nextInt(5000)).append(" of ").append(name).append('\n');
    }
    entry(out, name + "/noise", noise);
    entry(out, name + "/text", text.toString().getBytes(StandardCharsets.UTF_8));
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  /** POSIX ustar: a header block, then the content padded to blocks of 512 bytes. */
  private static void entry(ByteArrayOutputStream out, String name, byte[] content) {
    var header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, String.format("%011o\0", content.length));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    header[156] = '0';
    put(header, 257, "ustar\00000");
    var sum = 0;
    for (var b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format("%06o\0 ", sum));
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(512 - content.length % 512) % 512]);
  }

  private static void put(byte[] header, int offset, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
