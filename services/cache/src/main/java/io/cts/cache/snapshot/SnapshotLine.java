package io.cts.cache.snapshot;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cts.cache.catalog.FixedForm;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.Variant;
import io.cts.cache.choice.OriginalHolders;
import io.cts.cache.residence.WorthStore.Noted;
import io.cts.cache.upstream.Sightings.SeenRepository;
import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.LayerFeatures;
import io.cts.oci.MalformedManifest;
import io.cts.oci.RawManifest;
import org.jspecify.annotations.Nullable;

/** A line of the snapshot: one fact, which needs no other to be read. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({@JsonSubTypes.Type(value = SnapshotLine.Seen.class, name = "repository"),
    @JsonSubTypes.Type(value = SnapshotLine.Image.class, name = "image"),
    @JsonSubTypes.Type(value = SnapshotLine.Layer.class, name = "layer"),
    @JsonSubTypes.Type(value = SnapshotLine.Encoded.class, name = "variant"),
    @JsonSubTypes.Type(value = SnapshotLine.Made.class, name = "manifest"),
    @JsonSubTypes.Type(value = SnapshotLine.Fixed.class, name = "form"),
    @JsonSubTypes.Type(value = SnapshotLine.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = SnapshotLine.Holds.class, name = "holds"),
    @JsonSubTypes.Type(value = SnapshotLine.Saved.class, name = "saved")})
sealed interface SnapshotLine {

  record Seen(SeenRepository repository) implements SnapshotLine {}

  record Image(StoredImage image) implements SnapshotLine {}

  record Layer(LayerFeatures features) implements SnapshotLine {}

  record Encoded(Variant variant) implements SnapshotLine {}

  record Made(Digest digest, String mediaType, byte[] content, Digest original, Form form,
      @Nullable EngineClass engineClass) implements SnapshotLine {

    static Made of(MadeManifest made) {
      return new Made(made.digest(), made.raw().mediaType(), made.raw().bytes(), made.original(), made.form(),
          made.engineClass());
    }

    MadeManifest manifest() throws MalformedManifest {
      return new MadeManifest(RawManifest.named(digest, mediaType, content), original, form, engineClass);
    }
  }

  record Fixed(Digest original, EngineClass engineClass, FixedForm fixed) implements SnapshotLine {}

  /** Forms of the image may be chosen. */
  record Ready(Digest manifest) implements SnapshotLine {}

  /** The node holds the original. */
  record Holds(OriginalHolders.Holding holding) implements SnapshotLine {}

  /** What the blob cost and has saved. */
  record Saved(Digest blob, Noted noted) implements SnapshotLine {}
}
