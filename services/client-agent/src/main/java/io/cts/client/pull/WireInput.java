package io.cts.client.pull;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A response's body as it comes off the wire: counted, and no faster than the link's limit. */
final class WireInput extends InputStream {
  private final InputStream body;
  private final @Nullable RateLimit limit;
  private final IntConsumer counted;

  WireInput(InputStream body, @Nullable RateLimit limit, IntConsumer counted) {
    this.body = body;
    this.limit = limit;
    this.counted = counted;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    var count = body.read(buffer, offset, limit == null ? length : Math.min(length, limit.portion()));
    if (count > 0) {
      counted.accept(count);
      if (limit != null) {
        limit.pay(count);
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
