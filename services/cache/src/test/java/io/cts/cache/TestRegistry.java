package io.cts.cache;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.RawManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** An upstream that can be made to fail. Any repository holds everything that was pushed. */
final class TestRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, RawManifest> manifests = new ConcurrentHashMap<>();
  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<Digest, List<Descriptor>> referrers = new ConcurrentHashMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  /** Answers everything with this status where it is not 0. */
  volatile int failWith;
  /** What it then says of when to come again, where that is not empty. */
  volatile String retryAfter = "";
  /** Sends so much of each blob and breaks off, where it is not negative. */
  volatile long cutBlobsAfter = -1;
  /** Changes a byte in the middle of each blob. */
  volatile boolean corruptBlobs;
  /** Gives half of each blob out for the whole. */
  volatile boolean truncateBlobs;
  /** Sends so much of each blob and then waits for {@link #release()}. */
  volatile long holdBlobsAfter = -1;
  private volatile CountDownLatch held = new CountDownLatch(1);
  /** Bytes that went out of each blob. */
  final Map<Digest, Long> sentBytes = new ConcurrentHashMap<>();

  private TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v2/", this::answer);
    server.start();
  }

  static TestRegistry open() {
    try {
      return new TestRegistry();
    } catch (IOException e) {
      throw new UncheckedIOException("no port for a registry", e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Behaves again. */
  void heal() {
    failWith = 0;
    retryAfter = "";
    cutBlobsAfter = -1;
    corruptBlobs = false;
    truncateBlobs = false;
    release();
  }

  /** Sends what was held back. */
  void release() {
    holdBlobsAfter = -1;
    held.countDown();
    held = new CountDownLatch(1);
  }

  void push(String tag, TestImage image) {
    blobs.putAll(image.blobs);
    push(tag, image.manifest);
  }

  /** Holds a blob of no image. */
  Digest hold(byte[] bytes) {
    var digest = Digest.sha256(bytes);
    blobs.put(digest, bytes);
    return digest;
  }

  void push(String tag, RawManifest manifest) {
    manifests.put(tag, manifest);
    manifests.put(manifest.digest().toString(), manifest);
  }

  void refer(Digest subject, Descriptor referrer) {
    referrers.put(subject, List.of(referrer));
  }

  long requestsFor(String part) {
    return requests.stream().filter(it -> it.contains(part)).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      if (failWith != 0) {
        if (!retryAfter.isEmpty()) {
          exchange.getResponseHeaders().set("Retry-After", retryAfter);
        }
        exchange.sendResponseHeaders(failWith, -1);
        return;
      }
      var last = path.substring(path.lastIndexOf('/') + 1);
      if (path.equals("/v2/")) {
        send(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
      } else if (path.contains("/manifests/")) {
        var manifest = manifests.get(last);
        if (manifest == null) {
          send(exchange, 404, "application/json",
              "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}".getBytes(StandardCharsets.UTF_8));
        } else {
          exchange.getResponseHeaders().set("Docker-Content-Digest", manifest.digest().toString());
          send(exchange, 200, manifest.mediaType(), manifest.bytes());
        }
      } else if (path.contains("/blobs/")) {
        blob(exchange, Digest.parse(last));
      } else if (path.endsWith("/tags/list")) {
        var tags = page(exchange, manifests.keySet().stream().filter(it -> it.indexOf(':') < 0).sorted().toList());
        send(exchange, 200, "application/json", ("{\"name\":\"x\",\"tags\":[\"" + String.join("\",\"", tags) + "\"]}")
            .getBytes(StandardCharsets.UTF_8));
      } else {
        send(exchange, 200, "application/vnd.oci.image.index.v1+json",
            Documents.index(referrers.getOrDefault(Digest.parse(last), List.of()), Map.of()).bytes());
      }
    }
  }

  /** Of the tags, those that the query's n and last mean; the answer says whether there are more. */
  private static List<String> page(HttpExchange exchange, List<String> tags) {
    var query = exchange.getRequestURI().getQuery();
    var parameters = Arrays.stream(query == null ? new String[0] : query.split("&", -1))
        .map(it -> it.split("=", 2))
        .collect(Collectors.toMap(it -> it[0], it -> it[1]));
    var rest = tags.stream().filter(it -> it.compareTo(parameters.getOrDefault("last", "")) > 0).toList();
    var most = Integer.parseInt(parameters.getOrDefault("n", Integer.toString(rest.size())));
    if (rest.size() <= most) {
      return rest;
    }
    var page = rest.subList(0, most);
    exchange.getResponseHeaders()
        .set("Link", "<" + exchange.getRequestURI().getPath() + "?n=" + most + "&last=" + page.getLast()
            + ">; rel=\"next\"");
    return page;
  }

  private void blob(HttpExchange exchange, Digest digest) throws IOException {
    var stored = blobs.get(digest);
    if (stored == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    var bytes = truncateBlobs ? Arrays.copyOf(stored, stored.length / 2) : stored.clone();
    if (corruptBlobs) {
      bytes[bytes.length / 2] ^= 1;
    }
    var range = exchange.getRequestHeaders().getFirst("Range");
    var from = range == null ? 0 : Integer.parseInt(range.substring(6, range.indexOf('-')));
    if (range != null) {
      exchange.getResponseHeaders()
          .set("Content-Range",
              "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    if (bytes.length == 0) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, bytes.length - from);
    if (exchange.getRequestMethod().equals("HEAD")) {
      return;
    }
    var length = cutBlobsAfter < 0 ? bytes.length - from : (int) Math.min(cutBlobsAfter, bytes.length - from);
    var body = exchange.getResponseBody();
    var atOnce = holdBlobsAfter < 0 ? length : (int) Math.min(holdBlobsAfter, length);
    var release = held;
    body.write(bytes, from, atOnce);
    body.flush();
    if (atOnce < length) {
      await(release);
      body.write(bytes, from + atOnce, length - atOnce);
    }
    sentBytes.merge(digest, (long) length, Long::sum);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while holding a blob", e);
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
