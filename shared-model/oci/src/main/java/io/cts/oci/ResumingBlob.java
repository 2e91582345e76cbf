package io.cts.oci;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a blob, asked for again from where they stopped when the connection breaks. */
final class ResumingBlob extends InputStream {
  /** Resumptions that bring no byte. */
  private static final int MOST_FRUITLESS = 4;
  /** Resumptions in all: a registry that cuts after every few bytes is no registry. */
  private static final int MOST_RESUMPTIONS = 100;

  private final RegistryEndpoint registry;
  private final Repository from;
  private final Digest digest;
  private final RetryPolicy policy;
  private final boolean inRanges;
  private FetchBlob.Part part;
  private long position;
  private int resumptions;
  private int fruitless;

  /** @param inRanges whether a registry that knows no ranges is refused */
  ResumingBlob(RegistryEndpoint registry, RetryPolicy policy, Repository from, Digest digest, long offset,
      boolean inRanges) throws UpstreamFailure {
    this.inRanges = inRanges;
    this.registry = registry;
    this.policy = policy;
    this.from = from;
    this.digest = digest;
    this.position = offset;
    this.part = registry.carryOut(new FetchBlob(from, digest, offset, inRanges));
  }

  long totalBytes() {
    return part.totalBytes();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      try {
        var count = part.body().read(buffer, offset, length);
        if (count > 0) {
          position += count;
          fruitless = 0;
        } else if (count < 0 && part.totalBytes() >= 0 && position < part.totalBytes()) {
          throw new IOException("it ended at byte " + position + " of " + part.totalBytes());
        }
        return count;
      } catch (UpstreamFailure e) {
        throw e;
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  private void resume(IOException cause) throws UpstreamFailure {
    var next = new FetchBlob(from, digest, position, inRanges);
    close();
    resumptions++;
    fruitless++;
    if (fruitless > MOST_FRUITLESS || resumptions > MOST_RESUMPTIONS) {
      throw new UpstreamFailure.Unavailable(next.tried(),
          "it broke off at byte " + position + " for the " + resumptions + ". time: " + cause.getMessage(), cause);
    }
    if (fruitless > 1) {
      registry.pauseFor(next.tried(), policy.delayBefore(fruitless));
    }
    var expected = part.totalBytes();
    part = registry.carryOut(next);
    if (expected >= 0 && part.totalBytes() >= 0 && part.totalBytes() != expected) {
      close();
      throw new UpstreamFailure.Malformed(next.tried(),
          "it had " + expected + " bytes, and after a break " + part.totalBytes(), cause);
    }
  }

  @Override
  public void close() {
    part.answer().close();
  }
}
