package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;

/** Asks the registry as an engine does. */
record Client(String base, String userAgent, String acceptEncoding) {
  static final String DOCKER_20 = "docker/20.10.24+dfsg1 go/go1.19.8 kernel/6.1 os/linux arch/amd64";
  static final String CONTAINERD_2 = "containerd/2.1.9";
  private static final HttpClient HTTP = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(5))
      .build();

  static Client docker(int port) {
    return new Client("http://127.0.0.1:" + port, DOCKER_20, "gzip");
  }

  static Client containerd(int port) {
    return new Client("http://127.0.0.1:" + port, CONTAINERD_2, "zstd;q=1.0, gzip;q=0.8, deflate;q=0.5");
  }

  Client named(String other) {
    return new Client(base, other, acceptEncoding);
  }

  HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
    return send("GET", path, headers);
  }

  HttpResponse<byte[]> head(String path, String... headers) throws IOException, InterruptedException {
    return send("HEAD", path, headers);
  }

  HttpResponse<byte[]> send(String method, String path, String... headers) throws IOException, InterruptedException {
    return HTTP.send(request(method, path, headers), BodyHandlers.ofByteArray());
  }

  /** The body as it comes; to be closed by the caller. */
  InputStream open(String path) throws IOException, InterruptedException {
    return HTTP.send(request("GET", path), BodyHandlers.ofInputStream()).body();
  }

  /** Fails unless the answer is an error of the specification's form that says what it is about. */
  void expectError(String path, int status, String code, String... says) throws IOException, InterruptedException {
    var answer = get(path);
    var body = new String(answer.body(), UTF_8);
    assertThat(answer.statusCode()).as(body).isEqualTo(status);
    assertThat(body).contains("\"code\":\"" + code + "\"").contains(says);
  }

  void expectPart(String path, String range, byte[] whole, int from, int to) throws IOException, InterruptedException {
    var answer = get(path, "Range", range);
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.headers().firstValue("Content-Range"))
        .contains("bytes " + from + "-" + (to - 1) + "/" + whole.length);
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(whole, from, to));
  }

  /** The content, however it travelled. */
  static byte[] decoded(HttpResponse<byte[]> answer) throws IOException {
    var coding = answer.headers().firstValue("Content-Encoding").orElse("identity");
    try (var in = Codecs.of(CodecFamily.ofToken(coding).orElseThrow())
        .decoder(new ByteArrayInputStream(answer.body()), DecodeBounds.LAYER)) {
      return in.readAllBytes();
    }
  }

  private HttpRequest request(String method, String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create(base + path))
        .timeout(Duration.ofMinutes(2))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .header("User-Agent", userAgent);
    if (!acceptEncoding.isEmpty()) {
      request.header("Accept-Encoding", acceptEncoding);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }
}
