package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which manifest is served for an image. */
public enum Form {
  /** The upstream's bytes, exactly. */
  ORIGINAL("original"),
  /** An OCI manifest whose layers are zstd. */
  ZSTD("zstd"),
  /** An OCI manifest whose layers are uncompressed tars named by diffID; the encoding is negotiated per GET. */
  PLAIN("plain");

  private final String text;

  Form(String text) {
    this.text = text;
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
