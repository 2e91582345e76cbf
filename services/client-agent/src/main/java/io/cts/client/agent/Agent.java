package io.cts.client.agent;

import io.cts.client.CtsApi;
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
  private final SelfProbe selfProbe;

  /**
   * @param registry CTS's, with a slash at the end
   * @param upstreams where those are that are not where their name says
   * @param content containerd's store of content, whether or not there is one
   * @param parallel blobs in flight at once
   * @param probes whether this machine is measured from time to time
   */
  record Settings(InetSocketAddress listen, URI registry, Map<String, String> upstreams, Path store, long storeBytes,
      Path content, int parallel, boolean probes) {}

  private Agent(CtsLink cts, UpstreamOrigins upstreams, Mirror mirror, SelfProbe selfProbe) {
    this.cts = cts;
    this.upstreams = upstreams;
    this.mirror = mirror;
    this.selfProbe = selfProbe;
  }

  static Agent start(Settings settings, Client client, NodeId node, CtsApi api, AgentLog log) throws IOException {
    var store = new LayerStore(settings.store, settings.storeBytes, new ContentStore(settings.content));
    var cts = new CtsLink(settings.registry, client, settings.parallel);
    var upstreams = new UpstreamOrigins(settings.upstreams);
    var known = new KnownBlobs();
    var pulls = new PullLog(new Report(api), node, log);
    var blobs = new Blobs(cts, upstreams, store, known, settings.parallel, log);
    var manifests = new Manifests(cts, upstreams, known, pulls, log);
    try {
      var mirror = new Mirror(settings.listen, cts, manifests, new BlobAnswers(blobs, pulls), log);
      new Enrolment(cts, store, settings.store, log).start();
      var selfProbe = new SelfProbe(api, node, settings.registry, settings.store, blobs::isIdle, log);
      if (settings.probes) {
        selfProbe.start();
      }
      return new Agent(cts, upstreams, mirror, selfProbe);
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
    selfProbe.close();
    mirror.close();
    cts.close();
    upstreams.close();
  }
}
