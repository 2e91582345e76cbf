package io.cts.probereceiver;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.ImageStored;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.Platform;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested;
import io.cts.contract.TransferObserved;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of one pull of an image with two layers, as the other services tell them.
 *
 * @param at when it was requested; each event comes a second after the one before
 * @param image also names the manifest and layers: pulls of one image share them
 */
public record Told(PullId pull, Instant at, ImageRef image, @Nullable NodeId node) {
  public static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  public static final NodeId EDGE = NodeId.of("anonymous~10.0.0.7~containerd-2.1.9");
  public static final Engine CONTAINERD = new Engine("containerd", "2.1.9");
  public static final long LAYER_BYTES = 30_000_000;

  public static Told pull(String image) {
    return new Told(PullId.random(), NOON, ImageRef.parse(image), null);
  }

  public Told by(NodeId puller) {
    return new Told(pull, at, image, puller);
  }

  public Told at(Instant time) {
    return new Told(pull, time, image, node);
  }

  public Digest digest(String part) {
    return Digest.sha256((image + part).getBytes(StandardCharsets.UTF_8));
  }

  private EventId id(String step) {
    return EventId.derived(pull + "/" + step);
  }

  public PullRequested requested(PullRequested.Origin origin) {
    return new PullRequested(id("requested"), at, pull, image, null, node, null, Objective.LATENCY, origin);
  }

  public ImageStored stored() {
    return new ImageStored(id("stored"), at.plusSeconds(1), pull, image, null, digest("manifest"), digest("config"),
        Platform.parse("linux/amd64"), List.of(storedLayer(1), storedLayer(2)), null);
  }

  private ImageStored.StoredLayer storedLayer(int layer) {
    return new ImageStored.StoredLayer(digest("layer" + layer), "application/vnd.oci.image.layer.v1.tar+gzip",
        LAYER_BYTES);
  }

  public ImageProfiled profiled() {
    return new ImageProfiled(id("profiled"), at.plusSeconds(2), pull, image, digest("manifest"), digest("config"),
        Platform.parse("linux/amd64"), List.of(features(1), features(2)), null);
  }

  private LayerFeatures features(int layer) {
    return new LayerFeatures(digest("layer" + layer), CodecFamily.GZIP, LAYER_BYTES, digest("diff" + layer),
        3 * LAYER_BYTES, 1200, List.of(), 5.2,
        List.of(new LayerFeatures.CodecSample(Encoding.zstd(3), 0.31, 210, 900)));
  }

  public PullPlanned planned() {
    var plan = new Plan(Form.PLAIN, List.of(planned(1), planned(2)), 10, 2 * LAYER_BYTES, 14, 2 * LAYER_BYTES,
        "analytic-0", "plain saves 4 s of 14 s");
    return new PullPlanned(id("planned"), at.plusSeconds(3), pull, digest("manifest"), node, EngineClass.CONTAINERD,
        plan, List.of());
  }

  private Plan.LayerPlan planned(int layer) {
    return new Plan.LayerPlan(digest("layer" + layer), digest("diff" + layer), Encoding.zstd(3),
        new Plan.Prediction(LAYER_BYTES, 0, 4, 0.5, 0.5, 5), "zstd-3 is 2 s sooner than gzip-6", List.of());
  }

  public PullReady ready() {
    return new PullReady(id("ready"), at.plusSeconds(4), pull, digest("manifest"),
        List.of(new PullReady.MadeForm(Form.PLAIN, digest("plain"))), Form.PLAIN, null);
  }

  public PullFailed failed() {
    return new PullFailed(id("failed"), at.plusSeconds(1), pull, "cache", "MANIFEST_UNKNOWN",
        "tried to fetch the manifest of " + image + ", but the upstream knows no such tag: look it up there");
  }

  public PullReported reported() {
    var layer = new PullReported.LayerReport(digest("diff1"), Encoding.zstd(3), LAYER_BYTES, 4.2, 0.4, null);
    return new PullReported(id("reported"), at.plusSeconds(20), pull, EDGE, digest("manifest"), Form.PLAIN, 9.5,
        List.of(layer));
  }

  /** Layer {@code layer}, sent whole in {@code seconds} after {@code from} seconds. */
  public TransferObserved sent(int layer, double from, double seconds) {
    return sentTo(EDGE, layer, from, seconds);
  }

  public TransferObserved sentTo(NodeId puller, int layer, double from, double seconds) {
    return transfer(puller, layer, from, seconds, true);
  }

  /** The same, cut on the way. */
  public TransferObserved cut(int layer, double from, double seconds) {
    return transfer(EDGE, layer, from, seconds, false);
  }

  private TransferObserved transfer(NodeId puller, int layer, double from, double seconds, boolean complete) {
    var start = at.plusMillis(Math.round(1000 * from));
    return new TransferObserved(id("transfer/" + layer + "/" + from), start.plusMillis(Math.round(1000 * seconds)),
        puller, CONTAINERD, pull, digest("manifest"), image.name(), digest("diff" + layer), digest("diff" + layer),
        Form.PLAIN, Encoding.zstd(3), 0, complete ? LAYER_BYTES : LAYER_BYTES / 2, complete, start, seconds,
        TransferObserved.Source.DISK, 4.0, "analytic-0");
  }
}
