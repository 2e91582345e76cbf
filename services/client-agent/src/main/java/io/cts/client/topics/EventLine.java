package io.cts.client.topics;

import static io.cts.client.Quantities.bytes;
import static io.cts.client.Quantities.seconds;

import io.cts.client.Json;
import io.cts.client.nodes.NodesShow;
import io.cts.contract.DeltaFailed;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested;
import io.cts.contract.Digest;
import io.cts.contract.EncodingFailed;
import io.cts.contract.EncodingRequested;
import io.cts.contract.Event;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageStored;
import io.cts.contract.LayerEncoded;
import io.cts.contract.NodeProfiled;
import io.cts.contract.Plan;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested;
import io.cts.contract.Topics;
import io.cts.contract.TransferObserved;
import io.cts.contract.WeightsPublished;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An event in one line for people: when, what, and what it is about. */
final class EventLine {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private static final String LEFT = ", left as it is: ";

  private EventLine() {}

  static String of(Event event, ZoneId zone) {
    return "%s  %-18s  %s".formatted(TIME.format(event.at().atZone(zone)), name(Topics.of(event).name()), told(event));
  }

  /** {@code pull-planned} of {@code cts.pull-planned.v1}; what stands behind the version stays. */
  static String name(String topic) {
    return topic.replaceFirst("^cts\\.", "").replaceFirst("\\.v[0-9]+(?=$|\\.)", "");
  }

  private static String told(Event event) {
    return switch (event) {
      case PullRequested it ->
        pull(it.pull()) + it.image() + optional(" for platform ", it.platform()) + optional(" for ", it.node())
            + ", asked by " + it.origin() + ", least " + it.objective();
      case ImageStored it -> pull(it.pull()) + it.image() + " lies here: " + it.layers().size() + " layers, "
          + bytes(it.layers().stream().mapToLong(ImageStored.StoredLayer::sizeBytes).sum())
          + optional(LEFT, it.leftAsIs());
      case ImageProfiled it -> pull(it.pull()) + it.image() + " was read: " + it.layers().size() + " layers, "
          + bytes(it.layers().stream().mapToLong(layer -> layer.sizeBytes()).sum()) + " of tar"
          + optional(LEFT, it.leftAsIs());
      case PullPlanned it -> pull(it.pull()) + planned(it.plan()) + optional(" for ", it.node());
      case EncodingRequested it -> layer(it.diffId()) + it.encoding() + " wanted of " + bytes(it.sizeBytes())
          + (it.attempt() == 1 ? "" : ", attempt " + it.attempt());
      case LayerEncoded it -> layer(it.diffId()) + it.encoding() + " made in " + seconds(it.encodeSeconds()) + ": "
          + bytes(it.sizeBytes()) + " → " + bytes(it.variantSizeBytes());
      case EncodingFailed it -> layer(it.diffId()) + it.encoding() + " could not be made in " + it.attempts()
          + " attempts: " + it.cause();
      case DeltaRequested it -> layer(it.target().diffId()) + it.effort() + " delta wanted of "
          + bytes(it.target().sizeBytes()) + " over " + it.bases().size() + " layers"
          + (it.attempt() == 1 ? "" : ", attempt " + it.attempt());
      case DeltaMade it -> layer(it.diffId()) + it.effort() + " delta made in " + seconds(it.encodeSeconds()) + ": "
          + bytes(it.sizeBytes()) + " → " + bytes(it.deltaSizeBytes());
      case DeltaFailed it -> layer(it.diffId()) + it.effort() + " delta could not be made: " + it.cause();
      case PullReady it -> pull(it.pull()) + "ready as " + it.form() + optional(", short of: ", it.shortfall());
      case PullFailed it -> pull(it.pull()) + it.stage() + " gave up: " + it.code() + ": " + it.message();
      case TransferObserved it -> pull(it.pull()) + (it.complete() ? "sent " : "cut after ") + bytes(it.wireBytes())
          + optional(" of ", it.encoding()) + (it.delta() == null ? "" : " of a " + it.delta() + " delta") + timed(it)
          + " to " + it.node() + ", blob " + it.blob().abbreviated()
          + " from " + it.source();
      case PullReported it -> pull(it.pull()) + it.node() + " took " + seconds(it.totalSeconds()) + " in form "
          + it.form();
      case NodeProfiled it -> it.profile().node() + ": "
          + NodesShow.facts(Json.MAPPER.valueToTree(it.profile())) + " (" + it.profile().source() + ", confidence "
          + Math.round(100 * it.profile().confidence()) + " %)";
      case WeightsPublished it -> it.weights().version() + " of " + it.weights().samples() + " samples, "
          + String.format(Locale.ROOT, "%.1f", 100 * it.meanAbsolutePercentageError()) + " % off: " + it.reason();
    };
  }

  private static String planned(Plan plan) {
    var encodings = plan.layers()
        .stream()
        .collect(Collectors.groupingBy(Plan.LayerPlan::encoding, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(count -> count.getKey() + " ×" + count.getValue())
        .collect(Collectors.joining(", "));
    return plan.form() + " with " + encodings + ", " + seconds(plan.predictedSeconds()) + " and "
        + bytes(plan.predictedBytes()) + " predicted (original " + seconds(plan.originalSeconds()) + " and "
        + bytes(plan.originalBytes()) + "): " + plan.reason();
  }

  private static String timed(TransferObserved it) {
    var measured = it.seconds() == null ? "" : " in " + seconds(it.seconds());
    return it.predictedSeconds() == null ? measured : measured + " (predicted " + seconds(it.predictedSeconds()) + ")";
  }

  private static String pull(PullId pull) {
    return "pull " + pull.toString().substring(0, 8) + "  ";
  }

  private static String layer(Digest diffId) {
    return "layer " + diffId.abbreviated() + "  ";
  }

  private static String optional(String label, @Nullable Object value) {
    return value == null ? "" : label + value;
  }
}
