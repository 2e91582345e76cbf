package io.cts.probereceiver.door;

import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import java.util.function.Function;

/** Parses what stands in paths and queries into ids, once. */
public final class Parameters {
  private Parameters() {}

  public static PullId pull(String text) {
    return parsed("pull", text, PullId::parse);
  }

  public static NodeId node(String text) {
    return parsed("node", text, NodeId::of);
  }

  /**
   * Parses {@code text}, which the request calls {@code name}.
   *
   * @throws Refused where {@code parse} throws {@link IllegalArgumentException}
   */
  public static <T> T parsed(String name, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new Refused(Problem.MALFORMED_PARAMETER,
          "tried to read the " + name + " of the request, but it is " + e.getMessage(), e);
    }
  }

  /**
   * The size of a page.
   *
   * @throws Refused unless 1 ≤ {@code limit} ≤ {@code most}
   */
  public static int limit(int limit, int most) {
    if (limit < 1 || limit > most) {
      throw new Refused(Problem.MALFORMED_PARAMETER,
          "tried to cut a page of " + limit + ", but limit must lie between 1 and " + most);
    }
    return limit;
  }
}
