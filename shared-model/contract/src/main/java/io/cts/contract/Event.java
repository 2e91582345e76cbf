package io.cts.contract;

import java.time.Instant;

/** Something that happened. Small, complete, and the only thing that services say to each other. */
public sealed interface Event
    permits PullRequested, ImageStored, ImageProfiled, PullPlanned, EncodingRequested, LayerEncoded, EncodingFailed,
    DeltaRequested, DeltaMade, DeltaFailed, PullReady, PullFailed, TransferObserved, PullReported, NodeProfiled,
    WeightsPublished {

  /** The same for every delivery of the same fact. */
  EventId id();

  /** When it happened. */
  Instant at();

  /** The Kafka record's key: what must stay in order. */
  String key();
}
