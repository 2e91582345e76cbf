package io.cts.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** One kind of encoding. Implementations keep no state; the streams they open belong to one thread at a time. */
public interface Codec {

  /**
   * A stream that writes the encoding of what it is given to {@code out}. Closing it ends the encoding and closes
   * {@code out}; until it is closed it may hold native memory. The same bytes in make the same bytes out.
   *
   * @param level within the family's range
   * @throws IllegalArgumentException if {@code level} is not
   */
  OutputStream encoder(OutputStream out, int level) throws IOException;

  /**
   * A stream of the decoded bytes of {@code in}: all members or frames of it, to its end. Closing it closes {@code in};
   * until it is closed it may hold native memory. Reading throws {@link MalformedLayer} where {@code in} is broken, ends
   * too early or passes a bound; no byte beyond a bound is ever given out.
   */
  InputStream decoder(InputStream in, DecodeBounds bounds) throws IOException;

  /** Names the library whose bytes these are: another version makes other bytes of the same input. */
  String version();
}
