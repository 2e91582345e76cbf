package io.cts.client.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A pull that CTS was told of before it happens. */
public record Announcement(PullId pull, @Nullable NodeId node, ImageRef image) {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Order(ImageRef image, Platform platform, @Nullable NodeId node) {}

  /** What CTS expects, once it is ready. Absent: it did not say. */
  public record Expected(@Nullable Double seconds, @Nullable Double originalSeconds, @Nullable String reason) {}

  /** @param node that it is made ready for; absent: for whoever comes */
  public static Announcement make(CtsApi api, ImageRef image, Platform platform, @Nullable NodeId node)
      throws CommandFailed {
    var id = api.post("v1/pulls", new Order(image, platform, node)).path("id").asString("");
    return new Announcement(PullId.parse(id), node, image);
  }

  /** Waits until everything that was planned is there. */
  public Expected awaitReady(CtsApi api) throws CommandFailed {
    return awaitReady(api, PATIENCE);
  }

  /** As above, for as long as {@code patience}. */
  public Expected awaitReady(CtsApi api, Duration patience) throws CommandFailed {
    var view = await(api, patience, Set.of("ready", "served", "reported"));
    return new Expected(number(view.path("predicted").path("seconds")),
        number(view.path("predicted").path("originalSeconds")), view.path("reason").asString(null));
  }

  /** Waits until CTS knows what it would do, whether or not it is done. */
  public void awaitPlanned(CtsApi api) throws CommandFailed {
    await(api, PATIENCE, Set.of("planned", "ready", "served", "reported"));
  }

  private JsonNode await(CtsApi api, Duration patience, Set<String> states) throws CommandFailed {
    var deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      var view = api.get("v1/pulls/" + pull);
      var state = view.path("state").asString("");
      if (states.contains(state)) {
        return view;
      }
      if (state.equals("failed")) {
        throw new CommandFailed("CTS could not make " + image + " ready" + forWhom() + ": " + view.path("failure"));
      }
      pause();
    }
    throw new CommandFailed("CTS did not make " + image + " ready" + forWhom() + " within " + patience.toSeconds()
        + " s; GET " + api.base() + "v1/pulls/" + pull + " tells how far it came");
  }

  private String forWhom() {
    return node == null ? "" : " for " + node;
  }

  private static @Nullable Double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : null;
  }

  private static void pause() throws CommandFailed {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("waiting was given up", e);
    }
  }
}
