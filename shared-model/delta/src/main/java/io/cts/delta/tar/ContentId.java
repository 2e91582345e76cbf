package io.cts.delta.tar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Names a file's content: the first half of its SHA-256. Whoever acts on two files having one name also compares their
 * bytes.
 */
public record ContentId(long high, long low) {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** @param hash all 32 bytes */
  public static ContentId ofSha256(byte[] hash) {
    return new ContentId((long) LONG.get(hash, 0), (long) LONG.get(hash, 8));
  }
}
