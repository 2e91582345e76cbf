package io.cts.delta.tar;

import io.cts.contract.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link TarIndex} of a layer while its bytes come by: hashes each file's content and sketches it. Holds the
 * members, not their bytes. One thread uses it.
 */
public final class TarIndexer {
  /** What the members of an index may take in memory: some 200,000 files. A layer of more is indexed as if it were no tar. */
  static final long MOST_BYTES = 96L << 20;
  static final long MEMBER_BYTES = 320;
  private static final long NAME_CHARACTER_BYTES = 3; // at most, as UTF-8

  private final TarWalk walk = new TarWalk(new Collecting());
  private final List<TarIndex.Member> members = new ArrayList<>();
  private final MessageDigest hash = Digest.Algorithm.SHA256.newHash();
  private final Sketch.Builder sketch = new Sketch.Builder();
  private @Nullable TarEntry sketched;
  private long bytes;
  private long heldBytes;

  /** The next bytes of the layer. */
  public void accept(byte[] buffer, int offset, int length) {
    walk.accept(buffer, offset, length);
    bytes += length;
  }

  /** Nothing more comes. Called once. */
  public TarIndex finish(Digest diffId) {
    walk.finish();
    return new TarIndex(diffId, bytes, members);
  }

  private final class Collecting implements TarWalk.Listener {
    @Override
    public void begin(TarEntry entry) {
      sketched = entry.isRegularFile() ? entry : null;
      sketch.reset();
    }

    @Override
    public void content(byte[] buffer, int offset, int length) {
      hash.update(buffer, offset, length);
      if (sketched != null) {
        sketch.add(buffer, offset, length);
      }
    }

    @Override
    public void end(TarEntry entry) {
      var content = entry.dataBytes() == 0 ? null : ContentId.ofSha256(hash.digest());
      heldBytes += MEMBER_BYTES + NAME_CHARACTER_BYTES * entry.name().length();
      if (heldBytes <= MOST_BYTES) {
        members.add(new TarIndex.Member(entry, content, sketch.build()));
      } else {
        members.clear(); // and stays empty: what is held only grows
      }
    }
  }
}
