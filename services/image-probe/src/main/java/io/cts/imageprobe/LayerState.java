package io.cts.imageprobe;

import jakarta.persistence.EnumeratedValue;

/** How far the reading of a layer is. */
enum LayerState {
  WAITING("waiting"), READING("reading"), READ("read"), UNREADABLE("unreadable");

  @EnumeratedValue
  final String column;

  LayerState(String column) {
    this.column = column;
  }
}
