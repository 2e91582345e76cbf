package io.cts.cache;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

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
    var request = HttpRequest.newBuilder(URI.create(base + path))
        .timeout(Duration.ofSeconds(30))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .header("User-Agent", userAgent);
    if (!acceptEncoding.isEmpty()) {
      request.header("Accept-Encoding", acceptEncoding);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofByteArray());
  }
}
