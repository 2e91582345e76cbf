package io.cts.client.pull;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cts.codec.Codecs;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import io.cts.oci.Reference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A registry that serves blobs in the encoding that a test chose, and can break off in the middle of one. */
final class PlainRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, RawManifest> manifests = new HashMap<>();
  private final Map<String, byte[]> blobs = new HashMap<>();
  private final List<Headers> blobRequests = new ArrayList<>();
  private Encoding encoding = Encoding.IDENTITY;
  private int cutAfter = -1;

  PlainRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v2/quay.io/org/app/manifests/", this::manifest);
    server.createContext("/v2/quay.io/org/app/blobs/", this::blob);
    server.start();
  }

  Source source() {
    return new Source(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), "quay.io/org/app",
        new Reference.Tag("1"));
  }

  Digest blob(byte[] bytes) {
    var digest = Digest.sha256(bytes);
    blobs.put(digest.toString(), bytes);
    return digest;
  }

  /** Under a tag, and under its digest. */
  void manifest(String tag, RawManifest manifest) {
    manifests.put(tag, manifest);
    manifests.put(manifest.digest().toString(), manifest);
  }

  /** An image whose layers are named by their diffIDs. */
  RawManifest plainImage(byte[]... layers) {
    var descriptors = Arrays.stream(layers)
        .map(layer -> new Descriptor(MediaTypes.OCI_LAYER, blob(layer), layer.length))
        .toList();
    var manifest = image(descriptors, descriptors.stream().map(Descriptor::digest).toList());
    manifest("1", manifest);
    return manifest;
  }

  RawManifest image(List<Descriptor> layers, List<Digest> diffIds) {
    var config = ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"diff_ids\":["
        + String.join(",", diffIds.stream().map(id -> "\"" + id + "\"").toList()) + "]}}")
        .getBytes(StandardCharsets.UTF_8);
    return Documents.manifest(new Descriptor(MediaTypes.OCI_CONFIG, blob(config), config.length), layers, Map.of());
  }

  /** Layers travel in this encoding, where the client takes it. */
  PlainRegistry encodingAs(Encoding chosen) {
    encoding = chosen;
    return this;
  }

  /** The next blob that is asked for whole breaks off after so many bytes of its body. */
  PlainRegistry cuttingAfter(int bytes) {
    cutAfter = bytes;
    return this;
  }

  /** Serves other bytes under a digest. */
  void corrupt(Digest blob, byte[] bytes) {
    blobs.put(blob.toString(), bytes);
  }

  synchronized List<Headers> blobRequests() {
    return List.copyOf(blobRequests);
  }

  static byte[] encoded(byte[] bytes, Encoding encoding) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(encoding.family()).encoder(out, encoding.level())) {
      encoder.write(bytes);
    }
    return out.toByteArray();
  }

  private void manifest(HttpExchange exchange) throws IOException {
    try (exchange) {
      var manifest = manifests.get(last(exchange));
      if (manifest == null) {
        notFound(exchange, "MANIFEST_UNKNOWN");
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", manifest.mediaType());
      exchange.getResponseHeaders().set("CTS-Form", "plain");
      exchange.sendResponseHeaders(200, manifest.sizeBytes());
      exchange.getResponseBody().write(manifest.bytes());
    }
  }

  private static String last(HttpExchange exchange) {
    var path = exchange.getRequestURI().getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void notFound(HttpExchange exchange, String code) throws IOException {
    var body = ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"no\"}]}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(404, body.length);
    exchange.getResponseBody().write(body);
  }

  private void blob(HttpExchange exchange) throws IOException {
    try (exchange) {
      synchronized (this) {
        blobRequests.add(exchange.getRequestHeaders());
      }
      var bytes = blobs.get(last(exchange));
      if (bytes == null) {
        notFound(exchange, "BLOB_UNKNOWN");
        return;
      }
      var range = exchange.getRequestHeaders().getFirst("Range");
      if (range != null) {
        part(exchange, bytes, Integer.parseInt(range.substring(6, range.length() - 1)));
      } else {
        whole(exchange, bytes);
      }
    }
  }

  private static void part(HttpExchange exchange, byte[] bytes, int from) throws IOException {
    exchange.getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    exchange.sendResponseHeaders(206, bytes.length - from);
    exchange.getResponseBody().write(bytes, from, bytes.length - from);
  }

  private void whole(HttpExchange exchange, byte[] bytes) throws IOException {
    var accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    var body = bytes;
    if (encoding.family() != CodecFamily.IDENTITY && accepted.contains(encoding.family().token())) {
      body = encoded(bytes, encoding);
      exchange.getResponseHeaders().set("Content-Encoding", encoding.family().token());
      exchange.getResponseHeaders().set("CTS-Encoding", encoding.toString());
    }
    exchange.sendResponseHeaders(200, body.length);
    var cut = cutAfter;
    if (cut >= 0 && bytes.length > 10_000) {
      cutAfter = -1;
      exchange.getResponseBody().write(body, 0, Math.min(cut, body.length));
      exchange.getResponseBody().flush();
    } else {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
