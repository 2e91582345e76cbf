package io.cts.client.agent;

import io.cts.client.agent.MirrorPath.BlobPath;
import io.cts.client.agent.MirrorPath.ListPath;
import io.cts.client.agent.MirrorPath.ManifestPath;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The registry that engines see: the pull side of the OCI distribution specification 1.1, read-only. */
final class Mirror implements Closeable {
  private static final int LONGEST_LIST = 4 << 20;
  private static final List<String> LIST_HEADERS = List.of("Content-Type", "Link", "OCI-Filters-Applied");
  private static final String NS = "ns=";

  private final Connections connections;
  private final CtsLink cts;
  private final Manifests manifests;
  private final BlobAnswers blobs;
  private final AgentLog log;

  Mirror(InetSocketAddress address, CtsLink cts, Manifests manifests, BlobAnswers blobs, AgentLog log)
      throws IOException {
    this.cts = cts;
    this.manifests = manifests;
    this.blobs = blobs;
    this.log = log;
    this.connections = new Connections(address, this::handle);
  }

  URI uri() {
    var address = connections.address();
    var host = address.getAddress().getHostAddress();
    return URI.create("http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort() + "/");
  }

  /** An IOException that leaves here cuts the connection: the engine must not take what it has for the whole. */
  private void handle(Exchange exchange) throws IOException {
    exchange.set("Docker-Distribution-Api-Version", "registry/2.0");
    try {
      dispatch(exchange);
    } catch (MirrorFailure e) {
      if (exchange.isBegun()) {
        throw e;
      }
      error(exchange, e);
    } catch (IOException e) {
      if (exchange.isBegun()) {
        log.say("cut " + exchange.method() + " " + exchange.uri() + ": " + e.getMessage());
        throw e;
      }
      error(exchange, UpstreamOrigins.failure(e, "BLOB_UNKNOWN"));
    } catch (RuntimeException e) {
      log.say("this should not have happened at " + exchange.uri() + ": " + e);
      throw new IOException(e);
    }
  }

  private void dispatch(Exchange exchange) throws IOException {
    var method = exchange.method();
    var uri = exchange.uri();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new MirrorFailure(405, "UNSUPPORTED",
          "the agent is pulled from and not pushed to: " + method + " " + uri.getPath()
              + "; push to the registry itself");
    }
    switch (MirrorPath.parse(uri.getPath(), ns(uri))) {
      case MirrorPath.Base _ -> json(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
      case ManifestPath path -> manifests.serve(path, exchange);
      case BlobPath path -> blobs.serve(path, exchange);
      case ListPath path -> list(path, exchange);
    }
  }

  private static @Nullable String ns(URI uri) {
    return parameters(uri).filter(it -> it.startsWith(NS))
        .findFirst()
        .map(it -> URLDecoder.decode(it.substring(NS.length()), StandardCharsets.UTF_8))
        .orElse(null);
  }

  private void list(ListPath path, Exchange exchange) throws IOException {
    byte[] body;
    int status;
    try (var reply = cts.ask("GET", cts.at(path.name(), path.rest() + query(exchange.uri())), Map.of())) {
      body = reply.body().readNBytes(LONGEST_LIST + 1);
      if (body.length > LONGEST_LIST) {
        throw new IOException("it is longer than " + LONGEST_LIST + " bytes; ask for fewer with ?n=");
      }
      status = reply.status();
      for (var name : LIST_HEADERS) {
        if (reply.header(name) instanceof String value) {
          exchange.set(name, value);
        }
      }
    } catch (IOException e) {
      throw new MirrorFailure(503, "UNAVAILABLE", String.valueOf(e.getMessage()), e);
    }
    send(exchange, status, body);
  }

  /** All but what names the registry, which is in the path that CTS is asked for. */
  private static String query(URI uri) {
    var kept = parameters(uri).filter(it -> !it.startsWith(NS)).collect(Collectors.joining("&"));
    return kept.isEmpty() ? "" : "?" + kept;
  }

  private static Stream<String> parameters(URI uri) {
    return uri.getRawQuery() == null ? Stream.empty() : Stream.of(uri.getRawQuery().split("&", -1));
  }

  private record ErrorBody(List<ErrorEntry> errors) {}

  private record ErrorEntry(String code, String message) {}

  private static void error(Exchange exchange, MirrorFailure failure) throws IOException {
    exchange.remove("Docker-Content-Digest");
    var body = new ErrorBody(List.of(new ErrorEntry(failure.code(), String.valueOf(failure.getMessage()))));
    json(exchange, failure.status(), JsonMapper.shared().writeValueAsBytes(body));
  }

  private static void json(Exchange exchange, int status, byte[] body) throws IOException {
    exchange.set("Content-Type", "application/json");
    send(exchange, status, body);
  }

  private static void send(Exchange exchange, int status, byte[] body) throws IOException {
    var out = exchange.begin(status, body.length);
    if (!exchange.isHead()) {
      out.write(body);
    }
  }

  @Override
  public void close() throws IOException {
    connections.close();
  }
}
