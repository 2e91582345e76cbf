package io.cts.oci;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a list goes on: {@code Link: </v2/app/tags/list?last=1.2&n=100>; rel="next"} (RFC 8288). */
record NextPage(URI uri) {
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>[^,<]*;\\s*rel=\"?next\"?", Pattern.CASE_INSENSITIVE);

  static Optional<NextPage> of(Answer answer) {
    for (var header : answer.headers("Link")) {
      var link = NEXT.matcher(header);
      if (link.find()) {
        try {
          return Optional.of(new NextPage(answer.uri().resolve(new URI(link.group(1)))));
        } catch (URISyntaxException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  @Nullable
  String parameter(String name) {
    var query = uri.getRawQuery();
    if (query == null) {
      return null;
    }
    for (var pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }
}
