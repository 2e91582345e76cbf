package io.cts.cache.registry;

import io.cts.cache.observe.Caller;
import io.cts.cache.registry.BlobSender.Cut;
import io.cts.cache.registry.RegistryPath.Base;
import io.cts.cache.registry.RegistryPath.BlobPath;
import io.cts.cache.registry.RegistryPath.ManifestPath;
import io.cts.cache.registry.RegistryPath.ReferrersPath;
import io.cts.cache.registry.RegistryPath.TagsPath;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.apache.coyote.CloseNowException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * {@code /v2/}, the pull side of the OCI distribution specification 1.1. A servlet and no controller: a blob is the
 * request's whole business, and nothing stands between it and the connector.
 */
final class RegistryServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(RegistryServlet.class);

  private final transient Callers callers;
  private final transient ManifestEndpoint manifests;
  private final transient BlobEndpoint blobs;
  private final transient ListEndpoints lists;
  private final transient Answers answers;

  RegistryServlet(Callers callers, ManifestEndpoint manifests, BlobEndpoint blobs, ListEndpoints lists,
      Answers answers) {
    this.callers = callers;
    this.manifests = manifests;
    this.blobs = blobs;
    this.lists = lists;
    this.answers = answers;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    try {
      if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
        throw new RegistryException(OciError.UNSUPPORTED, "CTS is pulled from and not pushed to: "
            + request.getMethod() + " " + request.getRequestURI() + "; push to the upstream");
      }
      var path = RegistryPath.parse(request.getRequestURI(), request.getParameter("ns"));
      ServerHttpObservationFilter.findObservationContext(request)
          .ifPresent(observed -> observed.setPathPattern(path.pattern()));
      dispatch(path, callers.of(request), request, response);
    } catch (RegistryException e) {
      LOG.debug("{} {} was answered {}: {}", request.getMethod(), request.getRequestURI(), e.error(), e.getMessage());
      if (response.isCommitted()) {
        throw new IOException("the answer had begun", e);
      }
      answers.error(request, response, e);
    } catch (Cut e) {
      LOG.info("cut {} {} after {} bytes: {}", request.getMethod(), request.getRequestURI(), e.sentBytes(),
          e.getMessage());
      if (response.isCommitted()) {
        // the connector closes the connection: the client must not take what it has for the whole
        throw new CloseNowException(e.getMessage(), e);
      }
      answers.error(request, response,
          new RegistryException(OciError.UNAVAILABLE, String.valueOf(e.getMessage()), null, e));
    }
  }

  private void dispatch(RegistryPath path, Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    switch (path) {
      case Base _ -> answers.json(request, response, Map.of());
      case ManifestPath manifest -> manifests.serve(manifest, caller, request, response);
      case BlobPath blob -> blobs.serve(blob, caller, request, response);
      case TagsPath tags -> lists.tags(tags, request, response);
      case ReferrersPath referrers -> lists.referrers(referrers, request, response);
    }
  }
}
