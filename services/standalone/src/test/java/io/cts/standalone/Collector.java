package io.cts.standalone;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Takes traces as an OpenTelemetry collector does: OTLP over HTTP, in protocol buffers. */
final class Collector implements AutoCloseable {
  private static final String PATH = "/v1/traces";

  private final HttpServer server;
  private final List<Received> spans = new CopyOnWriteArrayList<>();

  /** A span, its ids in hexadecimal; the parent of a trace's first span is empty. */
  record Received(String service, String name, String trace, String id, String parent) {}

  private Collector(HttpServer server) {
    this.server = server;
  }

  static Collector start() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var collector = new Collector(server);
    server.createContext(PATH, collector::take);
    server.start();
    return collector;
  }

  /** What {@code CTS_TRACING} says. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
  }

  List<Received> spansOf(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      request.getResourceSpansList().stream().flatMap(Collector::received).forEach(spans::add);
      exchange.sendResponseHeaders(200, -1); // an empty message: all were taken
    }
  }

  private static Stream<Received> received(ResourceSpans of) {
    var service = of.getResource()
        .getAttributesList()
        .stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
    return of.getScopeSpansList()
        .stream()
        .flatMap(scope -> scope.getSpansList().stream())
        .map(span -> new Received(service, span.getName(), hex(span.getTraceId()), hex(span.getSpanId()),
            hex(span.getParentSpanId())));
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
