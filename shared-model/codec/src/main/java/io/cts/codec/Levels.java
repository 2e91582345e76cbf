package io.cts.codec;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;

/** Guards an encoder against a level that its library would quietly replace by another. */
final class Levels {
  private Levels() {}

  static void check(CodecFamily family, int level) {
    var _ = new Encoding(family, level);
  }
}
