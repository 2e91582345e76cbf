package io.cts.oci;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry wants a token to be fetched (distribution's token authentication specification):
 * {@code WWW-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="…"}.
 */
record Challenge(String realm, @Nullable String service, @Nullable String scope) {
  /** RFC 9110, section 11.2: {@code name=token} or {@code name="quoted"}. */
  private static final Pattern PARAMETER = Pattern
      .compile("([A-Za-z_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");
  private static final Pattern BEARER = Pattern.compile("(?:^|,)\\s*bearer\\s+", Pattern.CASE_INSENSITIVE);

  /** The first Bearer challenge that names a realm. */
  static Optional<Challenge> among(List<String> headers) {
    for (var header : headers) {
      var bearer = BEARER.matcher(header);
      if (bearer.find()) {
        var parameters = new HashMap<String, String>();
        var parameter = PARAMETER.matcher(header).region(bearer.end(), header.length());
        while (parameter.find()) {
          var quoted = parameter.group(2);
          parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT),
              quoted != null ? quoted.replaceAll("\\\\(.)", "$1") : parameter.group(3));
        }
        var realm = parameters.get("realm");
        if (realm != null) {
          return Optional.of(new Challenge(realm, parameters.get("service"), parameters.get("scope")));
        }
      }
    }
    return Optional.empty();
  }
}
