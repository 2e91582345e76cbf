package io.cts.probereceiver.door;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * A part of a list.
 *
 * @param next the path and query of the page that follows; absent on the last
 */
public record Page<T>(
    List<T> items,
    @Nullable @Schema(description = "the page that follows; absent on the last") String next) {
  public Page {
    items = List.copyOf(items);
  }

  /**
   * Cuts the page of the current request.
   *
   * @param rows up to one more than {@code limit}: one more tells that a page follows
   */
  public static <R, T> Page<T> of(List<R> rows, int limit, Function<R, T> view, Function<R, String> cursor) {
    var shown = rows.subList(0, Math.min(limit, rows.size()));
    if (rows.size() <= limit) {
      return new Page<>(shown.stream().map(view).toList(), null);
    }
    var here = ServletUriComponentsBuilder.fromCurrentRequest()
        .replaceQueryParam("cursor", cursor.apply(shown.getLast()))
        .build();
    return new Page<>(shown.stream().map(view).toList(), here.getPath() + "?" + here.getQuery());
  }

  /** The page with its {@code Link} header (RFC 8288). */
  public ResponseEntity<Page<T>> answer() {
    var answer = ResponseEntity.ok();
    if (next != null) {
      answer.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
    }
    return answer.body(this);
  }
}
