package io.cts.cache.registry;

import io.cts.contract.CodecFamily;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The content codings that a client takes (RFC 9110, section 12.5.3). */
final class AcceptEncoding {
  /** The content coding of a delta, whose bytes {@code shared-model/delta} describes. */
  static final String DELTA = "cts-delta";

  private AcceptEncoding() {}

  /**
   * @param header the field's value; absent means that the client said nothing, and gets identity alone: Go clients
   *     that decode by themselves always say so
   * @return the families that may be sent; identity is among them, as no engine refuses it
   */
  static Set<CodecFamily> parse(@Nullable String header) {
    var accepted = EnumSet.of(CodecFamily.IDENTITY);
    if (header == null) {
      return accepted;
    }
    for (var token : tokens(header)) {
      CodecFamily.ofToken(token.equals("x-gzip") ? "gzip" : token).ifPresent(accepted::add);
    }
    return accepted;
  }

  /** Whether a client says that it can apply a delta; no {@code *} means that. */
  static boolean takesDeltas(@Nullable String header) {
    return header != null && tokens(header).contains(DELTA);
  }

  private static List<String> tokens(String header) {
    var tokens = new ArrayList<String>();
    for (var item : header.split(",", -1)) {
      var semicolon = item.indexOf(';');
      if (semicolon < 0 || !isRefused(item.substring(semicolon + 1))) {
        tokens.add((semicolon < 0 ? item : item.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT));
      }
    }
    return tokens;
  }

  private static boolean isRefused(String parameters) {
    for (var parameter : parameters.split(";", -1)) {
      var trimmed = parameter.strip();
      if (trimmed.startsWith("q=") || trimmed.startsWith("Q=")) {
        try {
          return Double.parseDouble(trimmed.substring(2)) <= 0;
        } catch (NumberFormatException e) {
          return true;
        }
      }
    }
    return false;
  }
}
