package io.cts.delta.format;

import io.cts.delta.LayerBytes;
import io.cts.delta.deflate.Unpacking;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Makes prefixes of their regions, alike on both sides. */
public final class PrefixFilling {
  private PrefixFilling() {}

  /**
   * Adds a region to what is in {@code into}.
   *
   * @throws IOException if what was a deflate stream is none
   */
  public static void add(PrefixRegion region, LayerBytes base, ByteBuffer into) throws IOException {
    var part = into.slice(into.position(), region.prefixLength());
    switch (region) {
      case PrefixRegion.Stored stored -> base.read(stored.offset(), part);
      case PrefixRegion.Unpacked packed -> {
        if (Unpacking.unpack(base, packed.offset(), packed.length(), part) < 0 || part.hasRemaining()) {
          throw new IOException("tried to unpack " + packed.length() + " bytes at " + packed.offset()
              + " of a base but they are not what they were; fetch the layer itself");
        }
      }
    }
    into.position(into.position() + region.prefixLength());
  }
}
