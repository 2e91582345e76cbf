package io.cts.delta.encode;

import io.cts.delta.LayerBytes;
import io.cts.delta.encode.BaseFiles.Twin;
import io.cts.delta.tar.TarIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says of every stretch of the new layer where it is to come from, by the indexes and the headers alone. */
final class LayerPlanner {
  /** A longer stretch without members is no header. */
  private static final long LONGEST_HEADER = 64 << 10;
  private static final long LONGEST_PIECE = 4 << 20;
  private static final long LONGEST_KIN = 8 << 20;
  /** All of a large kin is read for each that lies beside it: not for many small ones. */
  private static final long MOST_TIMES = 16;
  /** A jar may lie in a jar; deeper ones are left alone. */
  private static final int MOST_NESTED = 3;
  /** A header with more different bytes is sent, not altered. */
  private static final int MOST_ALTERED = 64;

  private final LayerBytes layer;
  private final TarIndex index;
  private final List<LayerBytes> bases;
  private final List<TarIndex> baseIndexes;
  private final boolean opens;
  private final BaseFiles files;
  private final PieceList pieces = new PieceList(0);
  private final Repetitions repetitions;

  /** @param opens whether zip files are planned entry by entry */
  LayerPlanner(LayerBytes layer, TarIndex index, List<LayerBytes> bases, List<TarIndex> baseIndexes, boolean opens) {
    this.layer = layer;
    this.index = index;
    this.bases = bases;
    this.baseIndexes = baseIndexes;
    this.opens = opens;
    this.files = new BaseFiles(baseIndexes);
    this.repetitions = new Repetitions(index.members().size());
  }

  Repetitions repetitions() {
    return repetitions;
  }

  List<Piece> plan() throws IOException {
    for (var member : index.members()) {
      var same = files.same(member);
      var before = same.isPresent() ? same : files.before(member);
      header(member.dataOffset() - pieces.end(), before.map(Twin::header));
      if (member.dataBytes() > 0) {
        content(member, same, before);
      }
    }
    rest(index.bytes() - pieces.end());
    return pieces.pieces();
  }

  /** What follows the last member: the end of a tar, or all of a layer that is none. */
  private void rest(long bytes) throws IOException {
    if (bytes > LONGEST_HEADER) {
      var kin = new ArrayList<Region>();
      for (var base = 0; base < baseIndexes.size(); base++) {
        var members = baseIndexes.get(base).members();
        var end = members.isEmpty() ? 0 : members.getLast().dataEnd();
        if (baseIndexes.get(base).bytes() - end > LONGEST_HEADER) {
          kin.add(new Region(base, end, baseIndexes.get(base).bytes() - end));
        }
      }
      new Alignment(layer, bases, pieces, bytes, kin).addPieces();
    } else {
      pieces.fresh(bytes, null);
    }
  }

  private void content(TarIndex.Member member, Optional<Twin> same, Optional<Twin> before) throws IOException {
    var earlier = same.isPresent() ? Optional.<Long>empty() : repetitions.earlier(member);
    if (same.isPresent()) {
      pieces.same(same.get().content());
    } else if (earlier.isPresent()) {
      pieces.again(earlier.get(), member.dataBytes());
    } else {
      repetitions.sent(member);
      fresh(member.dataBytes(), before.map(Twin::content), 0);
    }
  }

  private void fresh(long bytes, Optional<Region> kin, int depth) throws IOException {
    if (opens && depth < MOST_NESTED && kin.isPresent()) {
      var zip = ZipPieces.of(layer, pieces.end(), bytes, bases.get(kin.get().base()), kin.get());
      if (zip.isPresent()) {
        zip.get().plan(new ZipPlanner(depth), pieces.end() + bytes);
        return;
      }
    }
    var near = kin.filter(region -> region.bytes() <= Math.max(LONGEST_KIN, MOST_TIMES * bytes));
    if (near.isEmpty() || bytes <= LONGEST_PIECE && near.get().bytes() <= LONGEST_KIN) {
      pieces.fresh(bytes, near.orElse(null));
    } else {
      new Alignment(layer, bases, pieces, bytes, List.of(near.get())).addPieces();
    }
  }

  /** Padding of the content before, and headers: compared from their ends backwards, where they are alike. */
  private void header(long bytes, Optional<Region> before) throws IOException {
    if (before.isEmpty() || bytes > LONGEST_HEADER || before.get().bytes() > LONGEST_HEADER) {
      pieces.fresh(bytes, null);
      return;
    }
    var old = before.get();
    var common = (int) Math.min(bytes, old.bytes());
    var region = new Region(old.base(), old.end() - common, common);
    var ours = read(layer, pieces.end() + bytes - common, common);
    var theirs = read(bases.get(old.base()), region.from(), common);
    pieces.fresh(bytes - common, null);
    if (Arrays.equals(ours, theirs)) {
      pieces.same(region);
    } else if (different(ours, theirs) <= MOST_ALTERED) {
      pieces.altered(region);
    } else {
      pieces.fresh(common, region);
    }
  }

  private static int different(byte[] one, byte[] other) {
    var count = 0;
    for (var i = 0; i < one.length; i++) {
      if (one[i] != other[i]) {
        count++;
      }
    }
    return count;
  }

  private static byte[] read(LayerBytes layer, long offset, int length) throws IOException {
    var bytes = new byte[length];
    layer.read(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private final class ZipPlanner implements ZipPieces.Planner {
    private final int depth;

    ZipPlanner(int depth) {
      this.depth = depth;
    }

    @Override
    public void header(long bytes, @Nullable Region old) throws IOException {
      if (bytes > LONGEST_HEADER) {
        plain(bytes, old);
      } else {
        LayerPlanner.this.header(bytes, Optional.ofNullable(old));
      }
    }

    @Override
    public void same(Region as) {
      pieces.same(as);
    }

    @Override
    public void deflated(long bytes, int plainBytes, @Nullable Kin kin) throws IOException {
      if (bytes > LONGEST_PIECE || plainBytes > LONGEST_PIECE) {
        plain(bytes, kin instanceof Kin.Unpacked(Region packed, _) ? packed : (Region) kin);
      } else {
        pieces.deflated(bytes, plainBytes, kin == null || kin.prefixBytes() > LONGEST_KIN ? null : kin);
      }
    }

    @Override
    public void plain(long bytes, @Nullable Region old) throws IOException {
      fresh(bytes, Optional.ofNullable(old), depth + 1);
    }
  }
}
