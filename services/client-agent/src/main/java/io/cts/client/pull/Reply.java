package io.cts.client.pull;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a registry answered. Closing it before the body's end gives the connection up rather than read the rest. */
public final class Reply implements Closeable {
  private static final int LONGEST_ERROR = 64 << 10;

  private final Cancellable request;
  private final ClassicHttpResponse response;

  Reply(Cancellable request, ClassicHttpResponse response) {
    this.request = request;
    this.response = response;
  }

  public int status() {
    return response.getCode();
  }

  public @Nullable String header(String name) {
    var header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  public InputStream body() throws IOException {
    var entity = response.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** What a refusal says: its status and, where there is one, the first of its errors (OCI distribution, "Error Codes"). */
  public String refusal() throws IOException {
    try {
      var error = JsonMapper.shared().readTree(body().readNBytes(LONGEST_ERROR)).path("errors").path(0);
      var code = error.path("code").asString("");
      var message = error.path("message").asString("");
      return status() + (code.isEmpty() ? "" : " " + code) + (message.isEmpty() ? "" : " (" + message + ")");
    } catch (JacksonException e) {
      return String.valueOf(status());
    }
  }

  @Override
  public void close() {
    request.cancel(); // nothing happens where the body was read; else closing would read it to its end
    try {
      response.close();
    } catch (IOException e) {
      // the connection is gone, and with it what was left
    }
  }
}
