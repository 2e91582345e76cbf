package io.cts.codec;

import java.io.FilterInputStream;
import java.io.InputStream;

/** A source that stays open when whoever reads it is done. */
final class Unclosed extends FilterInputStream {
  Unclosed(InputStream in) {
    super(in);
  }

  @Override
  public void close() {}
}
