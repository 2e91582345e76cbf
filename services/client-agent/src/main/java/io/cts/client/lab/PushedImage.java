package io.cts.client.lab;

import io.cts.client.pull.Destination;
import io.cts.contract.Digest;
import io.cts.oci.RawManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A repository of a registry that an image is pushed to (OCI distribution specification 1.1, end-4 to end-7). */
final class PushedImage implements Destination {
  private static final int CHUNK = 1 << 16;

  private final URI repository;
  private final String tag;

  /**
   * @param registry its address, with a slash at the end
   * @param name repository and tag, such as {@code lab/app:1}
   */
  PushedImage(URI registry, String name) {
    var colon = name.lastIndexOf(':');
    this.repository = registry.resolve("v2/" + name.substring(0, colon) + "/");
    this.tag = name.substring(colon + 1);
  }

  @Override
  public boolean holds(Digest blob) {
    return false;
  }

  @Override
  public Slot slot(Digest blob) throws IOException {
    var begin = open("POST", repository.resolve("blobs/uploads/"));
    begin.setFixedLengthStreamingMode(0);
    begin.getOutputStream().close();
    expect(begin, 202);
    var location = repository.resolve(begin.getHeaderField("Location"));
    return new Sending(
        open("PUT", URI.create(location + (location.getQuery() == null ? "?" : "&") + "digest=" + blob)));
  }

  @Override
  public void complete(RawManifest manifest) throws IOException {
    var put = open("PUT", repository.resolve("manifests/" + tag));
    put.setRequestProperty("Content-Type", manifest.mediaType());
    put.setFixedLengthStreamingMode(manifest.sizeBytes());
    try (var out = put.getOutputStream()) {
      out.write(manifest.bytes());
    }
    expect(put, 201);
  }

  private static HttpURLConnection open(String method, URI address) throws IOException {
    var connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/octet-stream");
    return connection;
  }

  private static void expect(HttpURLConnection connection, int status) throws IOException {
    if (connection.getResponseCode() != status) {
      try (var error = connection.getErrorStream()) {
        throw new IOException("tried to " + connection.getRequestMethod() + " " + connection.getURL()
            + " but the registry answered " + connection.getResponseCode() + " "
            + (error == null ? "" : new String(error.readAllBytes(), StandardCharsets.UTF_8).strip()));
      }
    }
  }

  private static final class Sending implements Slot {
    private final HttpURLConnection put;
    private final OutputStream out;

    Sending(HttpURLConnection put) throws IOException {
      this.put = put;
      put.setChunkedStreamingMode(CHUNK);
      this.out = put.getOutputStream();
    }

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public void keep() throws IOException {
      out.close();
      expect(put, 201);
    }

    @Override
    public void close() {
      put.disconnect();
    }
  }
}
