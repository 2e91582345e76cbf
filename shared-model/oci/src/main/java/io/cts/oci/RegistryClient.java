package io.cts.oci;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends single requests to one registry and to the hosts that it redirects to, each of which is checked before a socket
 * is opened. {@code Authorization} never leaves the origin that it was meant for.
 */
final class RegistryClient implements Closeable {
  private static final int MOST_REDIRECTS = 5;
  /** How long a host that did not pick up is not dialled again. */
  private static final Duration REST = Duration.ofSeconds(10);
  private static final Timeout SILENCE = Timeout.ofSeconds(30);
  private static final int CONNECTIONS = 64;

  private final URI base;
  private final Duration dialTime;
  private final InstantSource clock;
  private final CloseableHttpClient http;
  private final Map<String, Instant> restingUntil = new ConcurrentHashMap<>();

  /** A host did not pick up within the time to dial, just now or a moment ago. */
  static final class NotPickedUp extends IOException {
    private static final long serialVersionUID = 1;

    NotPickedUp(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * @param base the registry's root, such as {@code https://quay.io/}
   * @param dialTime for each of a host's addresses
   */
  RegistryClient(URI base, Duration dialTime, InstantSource clock) {
    this.base = base;
    this.dialTime = dialTime;
    this.clock = clock;
    var connections = PoolingHttpClientConnectionManagerBuilder.create()
        .setDnsResolver(new AddressCheck(host(base)))
        .setMaxConnTotal(CONNECTIONS)
        .setMaxConnPerRoute(CONNECTIONS)
        .setDefaultConnectionConfig(ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(dialTime))
            .setSocketTimeout(SILENCE)
            .setValidateAfterInactivity(Timeout.ofSeconds(2))
            .build())
        .build();
    this.http = HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom().setConnectionRequestTimeout(SILENCE).setResponseTimeout(SILENCE).build())
        .setUserAgent("cts/" + version())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }

  private static String version() {
    var version = RegistryClient.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * Sends a request and follows redirects.
   *
   * @param authorization goes with the first request, and with redirects within its origin
   * @throws UpstreamFailure.NotAllowed if a scheme or an address may not be asked
   * @throws IOException if there was no answer
   */
  Answer send(String tried, String method, URI target, Map<String, String> headers, @Nullable String authorization)
      throws IOException {
    var uri = target;
    for (var redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      check(tried, uri);
      var request = new HttpUriRequestBase(method, uri);
      headers.forEach(request::addHeader);
      request.setHeader("Accept-Encoding", "identity");
      if (authorization != null && sameOrigin(uri, target)) {
        request.setHeader("Authorization", authorization);
      }
      var answer = exchange(tried, uri, request);
      if (!isRedirect(answer)) {
        return answer;
      }
      try (answer) {
        uri = redirectTarget(tried, uri, answer);
      }
    }
    throw new UpstreamFailure.Malformed(tried, "the registry redirected more than " + MOST_REDIRECTS + " times", null);
  }

  private Answer exchange(String tried, URI uri, HttpUriRequestBase request) throws IOException {
    var host = new HttpHost(uri.getScheme(), host(uri), uri.getPort());
    var resting = restingUntil.getOrDefault(host.toHostString(), Instant.EPOCH);
    if (clock.instant().isBefore(resting)) {
      throw new NotPickedUp(host.toHostString() + " did not pick up when it was last dialled, and is dialled again in "
          + (Duration.between(clock.instant(), resting).toSeconds() + 1) + " s", null);
    }
    try {
      return new Answer(uri, request, ((HttpClient) http).executeOpen(host, request, null));
    } catch (ConnectTimeoutException e) {
      restingUntil.put(host.toHostString(), clock.instant().plus(REST));
      throw new NotPickedUp(host.toHostString() + " did not pick up within " + dialTime.toMillis() + " ms", e);
    } catch (AddressCheck.Refused e) {
      throw new UpstreamFailure.NotAllowed(tried, "it was sent to an address inside this network: " + e.getMessage(),
          "if that is meant, configure that host as the upstream");
    } catch (IllegalStateException e) {
      throw new IOException("the connection pool is closed", e);
    }
  }

  private void check(String tried, URI uri) throws UpstreamFailure.NotAllowed {
    var scheme = uri.getScheme();
    if (!"https".equals(scheme) && !("http".equals(scheme) && "http".equals(base.getScheme()))) {
      throw new UpstreamFailure.NotAllowed(tried, "it was sent to " + withoutQuery(uri) + ", which is not https",
          "http is for upstreams that are configured with http://");
    }
    if (uri.getHost() == null || uri.getUserInfo() != null) {
      throw new UpstreamFailure.NotAllowed(tried, "it was sent to an address without a plain host",
          "tell the registry's owner");
    }
  }

  /** The query of a redirect holds signatures: not for logs. */
  private static String withoutQuery(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  private static boolean isRedirect(Answer answer) {
    return switch (answer.status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static URI redirectTarget(String tried, URI from, Answer answer) throws UpstreamFailure.Malformed {
    var location = answer.header("Location");
    if (location == null) {
      throw new UpstreamFailure.Malformed(tried, "the registry redirected without saying where to", null);
    }
    try {
      return from.resolve(new URI(location));
    } catch (URISyntaxException e) {
      throw new UpstreamFailure.Malformed(tried, "the registry redirected to what is no address", e);
    }
  }

  private static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equals(other.getScheme()) && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }

  /** Without the brackets of an IPv6 literal. */
  private static String host(URI uri) {
    var host = uri.getHost().toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
