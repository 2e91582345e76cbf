package io.cts.client.agent;

import io.cts.client.Report;
import io.cts.client.pull.Client;
import io.cts.contract.NodeId;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** A running agent. Closing it ends what is under way. */
final class Agent implements Closeable {
  private final CtsLink cts;
  private final UpstreamOrigins upstreams;
  private final Mirror mirror;

  /**
   * @param registry CTS's, with a slash at the end
   * @param upstreams where those are that are not where their name says
   * @param parallel blobs in flight at once
   */
  record Settings(InetSocketAddress listen, URI registry, Map<String, String> upstreams, Path store, long storeBytes,
      int parallel) {}

  private Agent(CtsLink cts, UpstreamOrigins upstreams, Mirror mirror) {
    this.cts = cts;
    this.upstreams = upstreams;
    this.mirror = mirror;
  }

  static Agent start(Settings settings, Client client, NodeId node, Report report, AgentLog log) throws IOException {
    var store = new LayerStore(settings.store, settings.storeBytes);
    var cts = new CtsLink(settings.registry, client, settings.parallel);
    var upstreams = new UpstreamOrigins(settings.upstreams);
    var known = new KnownBlobs();
    var pulls = new PullLog(report, node, log);
    var blobs = new Blobs(cts, upstreams, store, known, settings.parallel, log);
    var manifests = new Manifests(cts, upstreams, known, pulls, log);
    try {
      var mirror = new Mirror(settings.listen, cts, manifests, new BlobAnswers(blobs, pulls), log);
      new Enrolment(cts, store, settings.store, log).start();
      return new Agent(cts, upstreams, mirror);
    } catch (IOException e) {
      cts.close();
      throw new IOException("tried to listen at " + settings.listen + " but " + e.getMessage()
          + "; choose another address with --listen", e);
    }
  }

  /** Where engines find it. */
  URI uri() {
    return mirror.uri();
  }

  @Override
  public void close() throws IOException {
    mirror.close();
    cts.close();
    upstreams.close();
  }
}
