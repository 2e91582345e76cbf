package io.cts.client.agent;

import io.cts.client.agent.MirrorPath.MirroredName;
import io.cts.client.pull.Client;
import io.cts.client.pull.Connection;
import io.cts.client.pull.Reply;
import io.cts.contract.Digest;
import io.cts.contract.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Map;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.util.Timeout;

/** CTS's registry, and the link to it. After a failure to reach it nobody tries for a few seconds: engines would wait. */
final class CtsLink implements Closeable {
  private static final Timeout SILENCE = Timeout.ofSeconds(40);
  private static final long PAUSE_MILLIS = 1_000;
  private static final long REST_NANOS = 3_000_000_000L;
  /** Where it took the whole of {@link #SILENCE} to find out, the next ones are not to wait for that as well. */
  private static final long REST_AFTER_SILENCE_NANOS = 30_000_000_000L;

  private final URI registry;
  private final Connection connection;
  private final LinkUse use = new LinkUse();
  private final Ranges ranges;
  private volatile boolean identified;
  private volatile long awayUntil = System.nanoTime();

  /** @param registry with a slash at the end */
  CtsLink(URI registry, Client client, int parallelLayers) {
    this.registry = registry;
    this.connection = new Connection(client, LinkUse.MOST_STREAMS + parallelLayers + 8, SILENCE);
    connection.always("CTS-Platform", Platform.here().toString());
    this.ranges = new Ranges(connection, use, Ranges.PATIENCE);
  }

  URI registry() {
    return registry;
  }

  LinkUse use() {
    return use;
  }

  Ranges ranges() {
    return ranges;
  }

  URI blob(MirroredName name, Digest digest) {
    return registry.resolve("v2/" + name.path() + "/blobs/" + digest);
  }

  URI at(MirroredName name, String rest) {
    return registry.resolve("v2/" + name.path() + "/" + rest);
  }

  /** Asks CTS once. The caller closes the answer, whatever it is. */
  Reply ask(String method, URI uri, Map<String, String> headers) throws IOException {
    if (awayUntil - System.nanoTime() > 0) {
      throw new IOException("CTS at " + registry + " could not be reached a moment ago");
    }
    try {
      return sent(method, uri, headers);
    } catch (IOException e) {
      var wasSilent = e instanceof SocketTimeoutException && !(e instanceof ConnectTimeoutException);
      awayUntil = System.nanoTime() + (wasSilent ? REST_AFTER_SILENCE_NANOS : REST_NANOS);
      throw new IOException("CTS at " + registry + " cannot be reached: " + e.getMessage(), e);
    }
  }

  /** Before CTS is asked again for what only it has. */
  static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("waiting for CTS was given up", e);
    }
  }

  /** Says with each request who asks. */
  void identify(String header, String token) {
    connection.always(header, token);
    identified = true;
  }

  /** Whether CTS knows who asks, and so may send deltas. */
  boolean isIdentified() {
    return identified;
  }

  /** Sends something to CTS, once. The caller closes the answer, whatever it is. */
  Reply send(String method, URI uri, Map<String, String> headers, byte[] body) throws IOException {
    return connection.send(method, uri, headers, body);
  }

  private Reply sent(String method, URI uri, Map<String, String> headers) throws IOException {
    try {
      return connection.send(method, uri, headers);
    } catch (ConnectException | SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return connection.send(method, uri, headers); // a connection that CTS had closed meanwhile says nothing about CTS
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
