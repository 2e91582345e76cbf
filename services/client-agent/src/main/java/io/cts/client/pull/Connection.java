package io.cts.client.pull;

import io.cts.contract.CodecFamily;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Connections to one registry, on behalf of one client. */
public final class Connection implements Closeable {
  private static final Timeout CONNECT = Timeout.ofSeconds(5);
  private static final Timeout SILENCE = Timeout.ofSeconds(60);
  /** What the kernel may take in before a limited reader asks for it: small, so that the sender feels the limit. */
  private static final int LIMITED_RECEIVE_BUFFER = 128 << 10;
  private static final int ATTEMPTS = 5;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final Client client;
  private final CloseableHttpClient http;
  private volatile Map<String, String> standing = Map.of();

  Connection(Client client) {
    this(client, client.parallel() + 1, SILENCE);
  }

  /**
   * @param most connections at once
   * @param silence after which a connection counts as broken
   */
  public Connection(Client client, int most, Timeout silence) {
    this.client = client;
    var sockets = SocketConfig.custom().setSoTimeout(silence).setTcpNoDelay(true);
    if (client.limit() != null) {
      sockets.setRcvBufSize(LIMITED_RECEIVE_BUFFER);
    }
    var connections = PoolingHttpClientConnectionManagerBuilder.create()
        .setMaxConnPerRoute(most)
        .setMaxConnTotal(most)
        .setDefaultSocketConfig(sockets.build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom().setConnectTimeout(CONNECT).setSocketTimeout(silence).build())
        .build();
    this.http = HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom().setConnectionRequestTimeout(SILENCE).setResponseTimeout(silence).build())
        .setUserAgent(client.userAgent())
        .disableContentCompression()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }

  /**
   * Asks, and asks again a few times where the registry is busy or the connection breaks.
   *
   * @return an answer of 200 or 206, which the caller closes
   */
  Reply get(String tried, URI uri, Map<String, String> headers) throws PullFailed {
    for (var attempt = 1;; attempt++) {
      var wait = Duration.ofMillis(250L << attempt);
      try {
        var response = send(uri, headers);
        if (response.status() == 200 || response.status() == 206) {
          return response;
        }
        var refusal = refusal(tried, response);
        var isBusy = response.status() == 429 || response.status() >= 500;
        if (!isBusy || attempt == ATTEMPTS) {
          throw refusal;
        }
        wait = retryAfter(response, wait);
      } catch (PullFailed e) {
        throw e;
      } catch (IOException e) {
        if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
          throw new PullFailed.Unreachable(tried, "nothing answered (" + e.getMessage() + ")",
              "check that the registry is up: \"cts up\" starts CTS", e);
        }
      }
      sleep(tried, wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }
  }

  private Reply send(URI uri, Map<String, String> headers) throws IOException {
    return send("GET", uri, headers);
  }

  /** Asks once. Whatever the answer is, the caller closes it. */
  public Reply send(String method, URI uri, Map<String, String> headers) throws IOException {
    return send(method, uri, headers, null);
  }

  /** Adds a header to all requests from now on. */
  public synchronized void always(String name, String value) {
    var all = new HashMap<>(standing);
    all.put(name, value);
    standing = Map.copyOf(all);
  }

  /** As above, with a body. */
  public Reply send(String method, URI uri, Map<String, String> headers, byte @Nullable [] body) throws IOException {
    var request = new HttpUriRequestBase(method, uri);
    if (body != null) {
      request.setEntity(new ByteArrayEntity(body, null));
    }
    standing.forEach(request::setHeader);
    headers.forEach(request::setHeader);
    if (client.node() != null) {
      request.setHeader("CTS-Node", client.node().toString());
    }
    try {
      var host = new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
      return new Reply(request, ((HttpClient) http).executeOpen(host, request, null));
    } catch (IllegalStateException e) {
      throw new IOException("the pull was given up", e);
    }
  }

  private static Duration retryAfter(Reply response, Duration otherwise) {
    var text = response.header("Retry-After");
    return text != null && text.matches("\\d{1,5}") ? Duration.ofSeconds(Long.parseLong(text)) : otherwise;
  }

  private static void sleep(String tried, Duration time) throws PullFailed {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PullFailed(tried, "the pull was given up", "start it again", e);
    }
  }

  private static PullFailed refusal(String tried, Reply response) throws IOException {
    try (response) {
      var advice = switch (response.status()) {
        case 401, 403 -> "CTS serves what anonymous may read: check the name, or ask the registry's owner";
        case 404 -> "check the name and the tag; through CTS the upstream comes first, as in quay.io/org/app:1";
        case 429 -> "wait, then pull again";
        default -> "see the log of CTS";
      };
      return new PullFailed.Refused(tried, "the registry answered " + response.refusal(), advice);
    }
  }

  /** {@code zstd, lz4, gzip}: what the client wants, best first. */
  String acceptEncoding() {
    return Stream.of(CodecFamily.ZSTD, CodecFamily.LZ4, CodecFamily.GZIP, CodecFamily.IDENTITY)
        .filter(client.codecs()::contains)
        .map(CodecFamily::token)
        .collect(Collectors.joining(", "));
  }

  /** Breaks off whatever is under way. */
  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
  }
}
