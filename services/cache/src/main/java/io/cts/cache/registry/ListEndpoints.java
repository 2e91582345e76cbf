package io.cts.cache.registry;

import io.cts.cache.registry.RegistryPath.ReferrersPath;
import io.cts.cache.registry.RegistryPath.TagsPath;
import io.cts.cache.upstream.Repositories;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.cts.oci.Upstream.TagQuery;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists of tags and of referrers, as the upstream has them. */
final class ListEndpoints {
  private static final int MOST_TAGS = 10_000;
  private final Repositories repositories;
  private final Answers answers;

  ListEndpoints(Repositories repositories, Answers answers) {
    this.repositories = repositories;
    this.answers = answers;
  }

  /** {@code /v2/NAME/tags/list?n=&last=} (OCI distribution specification 1.1, "Listing Tags"). */
  void tags(TagsPath path, HttpServletRequest request, HttpServletResponse response) throws IOException {
    var n = request.getParameter("n");
    var most = count(n);
    try {
      if (n != null && most == 0) {
        repositories.tags(path.repository(), new TagQuery(1, null)); // fails where there is no such repository
        answers.json(request, response, new TagList(path.repository().name(), List.of()));
        return;
      }
      var page = repositories.tags(path.repository(), new TagQuery(most, request.getParameter("last")));
      if (page.next() != null) {
        response.setHeader("Link", "<" + request.getRequestURI() + "?n=" + (most == 0 ? page.tags().size() : most)
            + "&last=" + URLEncoder.encode(page.next(), StandardCharsets.UTF_8) + ">; rel=\"next\"");
      }
      answers.json(request, response, new TagList(path.repository().name(), page.tags()));
    } catch (IOException e) {
      throw Answers.ofUpstream(e, OciError.NAME_UNKNOWN);
    }
  }

  private record TagList(String name, List<String> tags) {}

  private static int count(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw new RegistryException(OciError.UNSUPPORTED, "n must be a whole number of tags, not \"" + text + "\"");
    }
    return Math.min(Integer.parseInt(text), MOST_TAGS);
  }

  /** {@code /v2/NAME/referrers/DIGEST} (OCI distribution specification 1.1, "Listing Referrers"). */
  void referrers(ReferrersPath path, HttpServletRequest request, HttpServletResponse response) throws IOException {
    try {
      var referrers = repositories.referrers(path.repository(), path.subject());
      var type = request.getParameter("artifactType");
      if (type != null) {
        response.setHeader("OCI-Filters-Applied", "artifactType");
        referrers = referrers.stream().filter(it -> type.equals(it.artifactType())).toList();
      }
      answers.whole(request, response, MediaTypes.OCI_INDEX, Documents.index(referrers, Map.of()).bytes());
    } catch (IOException e) {
      throw Answers.ofUpstream(e, OciError.NAME_UNKNOWN);
    }
  }
}
