package io.cts.oci;

import io.cts.contract.ImageRef;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Lists tags, a page at a time (OCI distribution specification 1.1, end-8a and end-8b). */
record ListTags(Repository from, Upstream.TagQuery query) implements RegistryVerb<Upstream.TagPage> {
  /** Registries without pages send all at once: some hundred thousand tags fit. */
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_TAGS = 500_000;

  @Override
  public String path() {
    var last = query.last();
    return from.path() + "/tags/list"
        + (query.most() == 0 && last == null ? "" : "?")
        + (query.most() == 0 ? "" : "n=" + query.most())
        + (query.most() == 0 || last == null ? "" : "&")
        + (last == null ? "" : "last=" + URLEncoder.encode(last, StandardCharsets.UTF_8));
  }

  @Override
  public String repository() {
    return from.path();
  }

  @Override
  public String tried() {
    return "list tags of " + from;
  }

  @Override
  public Upstream.TagPage read(Answer answer) throws IOException {
    var root = JsonPart.parse("tag list", answer.bodyUpTo(MOST_BYTES), MOST_BYTES);
    var tags = root.texts("tags", MOST_TAGS).stream().filter(ImageRef::isTag).toList();
    var next = NextPage.of(answer);
    return new Upstream.TagPage(tags, next.map(page -> page.parameter("last")).orElse(null));
  }
}
