package io.cts.oci;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/** What a registry answered. Closing it before the body's end gives the connection up rather than read a long rest. */
final class Answer implements Closeable {
  private static final int SHORT = 4096;

  private final URI uri;
  private final Cancellable request;
  private final ClassicHttpResponse response;

  Answer(URI uri, Cancellable request, ClassicHttpResponse response) {
    this.uri = uri;
    this.request = request;
    this.response = response;
  }

  /** Of the last request, where redirects were followed. */
  URI uri() {
    return uri;
  }

  int status() {
    return response.getCode();
  }

  @Nullable
  String header(String name) {
    var header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  List<String> headers(String name) {
    return Arrays.stream(response.getHeaders(name)).map(Header::getValue).toList();
  }

  /** Of the body that GET would have, as the header says it. */
  OptionalLong contentLength() {
    var text = header("Content-Length");
    try {
      return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(text.strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  InputStream body() throws IOException {
    var entity = response.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** The whole body, or as much of it as the bound and one byte more. */
  byte[] bodyUpTo(int mostBytes) throws IOException {
    return body().readNBytes(mostBytes + 1);
  }

  @Override
  public void close() {
    if (contentLength().orElse(Long.MAX_VALUE) > SHORT) {
      request.cancel(); // closing alone would read the body to its end; nothing happens where it was read already
    }
    try {
      response.close();
    } catch (IOException e) {
      // the connection is gone, and with it what was left
    }
  }
}
