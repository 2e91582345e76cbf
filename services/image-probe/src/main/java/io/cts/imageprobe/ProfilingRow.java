package io.cts.imageprobe;

import static java.util.stream.Collectors.toSet;

import io.cts.contract.ImageStored;
import io.cts.contract.ImageStored.StoredLayer;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** An image whose layers are to be read, one for each pull that stored one. */
@Entity
@Table(name = "profilings")
@SuppressWarnings("UnusedVariable") // queries read what is written here
class ProfilingRow {
  @Id
  private UUID stored;
  @Convert(converter = ImageStoredText.class)
  private ImageStored imageStored;
  private boolean published;
  private Instant askedAt;
  @ElementCollection
  @CollectionTable(name = "profiling_layers", joinColumns = @JoinColumn(name = "stored"))
  @Column(name = "layer")
  private Set<String> layers;

  ProfilingRow() {}

  ProfilingRow(ImageStored image, Instant now) {
    this.stored = image.id().value();
    this.imageStored = image;
    this.askedAt = now;
    this.layers = image.layers().stream().map(StoredLayer::digest).map(Object::toString).collect(toSet());
  }

  ImageStored image() {
    return imageStored;
  }

  void published() {
    published = true;
  }
}
