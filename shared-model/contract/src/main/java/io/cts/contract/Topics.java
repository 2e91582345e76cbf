package io.cts.contract;

import java.util.List;

/** Every topic of CTS: its name, what it carries and how it is delivered. */
public final class Topics {
  public static final Topic<PullRequested> PULL_REQUESTED = new Topic<>("cts.pull-requested.v1", PullRequested.class,
      Topic.Delivery.FACT);
  public static final Topic<ImageStored> IMAGE_STORED = new Topic<>("cts.image-stored.v1", ImageStored.class,
      Topic.Delivery.FACT);
  public static final Topic<ImageProfiled> IMAGE_PROFILED = new Topic<>("cts.image-profiled.v1", ImageProfiled.class,
      Topic.Delivery.FACT);
  public static final Topic<PullPlanned> PULL_PLANNED = new Topic<>("cts.pull-planned.v1", PullPlanned.class,
      Topic.Delivery.FACT);
  public static final Topic<EncodingRequested> ENCODING_REQUESTED = new Topic<>("cts.encoding-requested.v1",
      EncodingRequested.class, Topic.Delivery.WORK);
  public static final Topic<LayerEncoded> LAYER_ENCODED = new Topic<>("cts.layer-encoded.v1", LayerEncoded.class,
      Topic.Delivery.FACT);
  public static final Topic<EncodingFailed> ENCODING_FAILED = new Topic<>("cts.encoding-failed.v1",
      EncodingFailed.class, Topic.Delivery.FACT);
  public static final Topic<DeltaRequested> DELTA_REQUESTED = new Topic<>("cts.delta-requested.v1",
      DeltaRequested.class, Topic.Delivery.WORK);
  /** Beside those for somebody who waits, so that none waits behind a dense one. */
  public static final Topic<DeltaRequested> DENSE_DELTA_REQUESTED = new Topic<>("cts.dense-delta-requested.v1",
      DeltaRequested.class, Topic.Delivery.WORK);
  public static final Topic<DeltaMade> DELTA_MADE = new Topic<>("cts.delta-made.v1", DeltaMade.class,
      Topic.Delivery.FACT);
  public static final Topic<DeltaFailed> DELTA_FAILED = new Topic<>("cts.delta-failed.v1", DeltaFailed.class,
      Topic.Delivery.FACT);
  public static final Topic<PullReady> PULL_READY = new Topic<>("cts.pull-ready.v1", PullReady.class,
      Topic.Delivery.FACT);
  public static final Topic<PullFailed> PULL_FAILED = new Topic<>("cts.pull-failed.v1", PullFailed.class,
      Topic.Delivery.FACT);
  public static final Topic<TransferObserved> TRANSFER_OBSERVED = new Topic<>("cts.transfer-observed.v1",
      TransferObserved.class, Topic.Delivery.OBSERVATION);
  public static final Topic<PullReported> PULL_REPORTED = new Topic<>("cts.pull-reported.v1", PullReported.class,
      Topic.Delivery.OBSERVATION);
  public static final Topic<NodeProfiled> NODE_PROFILED = new Topic<>("cts.node-profiled.v1", NodeProfiled.class,
      Topic.Delivery.FACT);
  public static final Topic<WeightsPublished> WEIGHTS_PUBLISHED = new Topic<>("cts.weights-published.v1",
      WeightsPublished.class, Topic.Delivery.FACT);

  /** In the order of a pull's life. */
  public static final List<Topic<? extends Event>> ALL = List.of(PULL_REQUESTED, IMAGE_STORED, IMAGE_PROFILED,
      PULL_PLANNED, ENCODING_REQUESTED, LAYER_ENCODED, ENCODING_FAILED, DELTA_REQUESTED,
      DENSE_DELTA_REQUESTED, DELTA_MADE, DELTA_FAILED, PULL_READY, PULL_FAILED, TRANSFER_OBSERVED, PULL_REPORTED,
      NODE_PROFILED, WEIGHTS_PUBLISHED);

  private Topics() {}

  /** The topic that {@code event} belongs on. */
  public static Topic<? extends Event> of(Event event) {
    return switch (event) {
      case PullRequested _ -> PULL_REQUESTED;
      case ImageStored _ -> IMAGE_STORED;
      case ImageProfiled _ -> IMAGE_PROFILED;
      case PullPlanned _ -> PULL_PLANNED;
      case EncodingRequested _ -> ENCODING_REQUESTED;
      case LayerEncoded _ -> LAYER_ENCODED;
      case EncodingFailed _ -> ENCODING_FAILED;
      case DeltaRequested it -> switch (it.effort()) {
        case QUICK -> DELTA_REQUESTED;
        case DENSE -> DENSE_DELTA_REQUESTED;
      };
      case DeltaMade _ -> DELTA_MADE;
      case DeltaFailed _ -> DELTA_FAILED;
      case PullReady _ -> PULL_READY;
      case PullFailed _ -> PULL_FAILED;
      case TransferObserved _ -> TRANSFER_OBSERVED;
      case PullReported _ -> PULL_REPORTED;
      case NodeProfiled _ -> NODE_PROFILED;
      case WeightsPublished _ -> WEIGHTS_PUBLISHED;
    };
  }
}
