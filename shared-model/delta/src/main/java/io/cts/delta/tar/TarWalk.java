package io.cts.delta.tar;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a tar as its bytes come by, holding one header at a time. Knows POSIX ustar and pax (IEEE 1003.1-2001,
 * "pax") and GNU's long names, large numbers and sparse files, and goes on behind the zeros at the end where another
 * archive follows. What is not a tar, or no longer one, is told by {@link #problem()} and otherwise let pass: a layer is
 * what it is.
 */
public final class TarWalk {
  private static final int BLOCK = 512;
  /** Longer names and records than any file system takes are not collected. */
  private static final int LARGEST_META = 1 << 20;
  private static final long LARGEST_SIZE = 1L << 62;

  /** Hears of the members in their order; content comes in pieces. */
  public interface Listener {
    void begin(TarEntry entry);

    void content(byte[] buffer, int offset, int length);

    void end(TarEntry entry);
  }

  private enum State {
    HEADER, CONTENT, META, SPARSE_MAP, PADDING, ENDED, TRAILER, BROKEN
  }

  private final Listener listener;
  private final byte[] block = new byte[BLOCK];
  private int blockFilled;
  private State state = State.HEADER;
  private long offset;
  private long left; // of content, metadata or padding
  private int zeroBlocks;
  private long headerOffset = -1; // of the first header block of the member that is to come
  private @Nullable TarEntry entry;
  private byte[] meta = new byte[0];
  private int metaFilled;
  private char metaType;
  private @Nullable String longName;
  private PaxRecords pax = PaxRecords.NONE;
  private @Nullable String problem;

  public TarWalk(Listener listener) {
    this.listener = listener;
  }

  /** The next bytes of the tar. */
  public void accept(byte[] buffer, int from, int length) {
    var position = from;
    var end = from + length;
    while (position < end) {
      var taken = step(buffer, position, end - position);
      position += taken;
      offset += taken;
    }
  }

  /** Nothing more comes. */
  public void finish() {
    if (state == State.BROKEN || state == State.ENDED || state == State.TRAILER) {
      return;
    }
    if (state == State.HEADER && blockFilled == 0) {
      return; // some writers leave the zeros at the end away
    }
    broken("the tar ends inside " + (entry != null ? entry.name() : "a header"));
  }

  /** Why the rest of the bytes are not the members of a tar. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private int step(byte[] buffer, int position, int available) {
    return switch (state) {
      case HEADER, SPARSE_MAP, ENDED -> fillBlock(buffer, position, available);
      case CONTENT -> content(buffer, position, available);
      case META -> meta(buffer, position, available);
      case PADDING -> padding(available);
      case TRAILER, BROKEN -> available;
    };
  }

  private int fillBlock(byte[] buffer, int position, int available) {
    var taken = Math.min(available, BLOCK - blockFilled);
    System.arraycopy(buffer, position, block, blockFilled, taken);
    blockFilled += taken;
    if (blockFilled == BLOCK) {
      blockFilled = 0;
      blockIsFull(offset + taken);
    }
    return taken;
  }

  private void blockIsFull(long end) {
    switch (state) {
      case SPARSE_MAP -> {
        if (block[504] == 0) { // GNU tar: no further map follows
          beginContent(end);
        }
      }
      case ENDED -> afterTheEnd(end);
      default -> header(end);
    }
  }

  /** Zeros up to the record's size follow the end, or another archive, or what is none of our business. */
  private void afterTheEnd(long end) {
    if (TarHeader.isZero(block)) {
      return;
    }
    if (TarHeader.checksumIsRight(block)) {
      state = State.HEADER;
      header(end);
    } else {
      state = State.TRAILER;
    }
  }

  private void header(long dataOffset) {
    if (TarHeader.isZero(block)) {
      zeroBlocks++;
      if (zeroBlocks == 2) {
        state = State.ENDED;
      }
      return;
    }
    zeroBlocks = 0;
    if (headerOffset < 0) {
      headerOffset = dataOffset - BLOCK;
    }
    var size = TarHeader.size(block);
    if (!TarHeader.checksumIsRight(block) || size < 0 || size > LARGEST_SIZE) {
      broken("no tar header at byte " + (dataOffset - BLOCK));
      return;
    }
    var type = TarHeader.type(block);
    switch (type) {
      case 'x', 'g', 'L', 'K' -> beginMeta(type, size);
      default -> member(type, size, dataOffset);
    }
  }

  private void beginMeta(char type, long size) {
    if (size > LARGEST_META) {
      broken("a tar header's extension of " + size + " bytes");
      return;
    }
    metaType = type;
    meta = new byte[(int) size];
    metaFilled = 0;
    left = size;
    state = State.META;
    if (size == 0) {
      endMeta();
    }
  }

  private int meta(byte[] buffer, int position, int available) {
    var taken = (int) Math.min(available, left);
    System.arraycopy(buffer, position, meta, metaFilled, taken);
    metaFilled += taken;
    left -= taken;
    if (left == 0) {
      endMeta();
    }
    return taken;
  }

  private void endMeta() {
    switch (metaType) {
      case 'x' -> pax = PaxRecords.parse(meta);
      case 'L' -> longName = TarHeader.text(meta, 0, meta.length);
      default -> {
        // 'g' says nothing about one file, 'K' names a link's target
      }
    }
    pad(meta.length);
  }

  private void member(char type, long headerSize, long dataOffset) {
    var size = TarHeader.hasContent(type) ? pax.size().orElse(headerSize) : 0;
    var name = pax.path().or(() -> Optional.ofNullable(longName)).orElseGet(() -> TarHeader.name(block));
    pax = PaxRecords.NONE;
    longName = null;
    entry = new TarEntry(name, type, headerOffset, dataOffset, size);
    headerOffset = -1;
    if (type == 'S' && block[482] != 0) { // GNU tar: the map goes on in blocks of its own
      state = State.SPARSE_MAP;
    } else {
      beginContent(dataOffset);
    }
  }

  private void beginContent(long dataOffset) {
    var begun = current();
    if (begun.dataOffset() != dataOffset) {
      begun = new TarEntry(begun.name(), begun.type(), begun.headerOffset(), dataOffset, begun.dataBytes());
      entry = begun;
    }
    listener.begin(begun);
    left = begun.dataBytes();
    state = State.CONTENT;
    if (left == 0) {
      endContent();
    }
  }

  private int content(byte[] buffer, int position, int available) {
    var taken = (int) Math.min(available, left);
    listener.content(buffer, position, taken);
    left -= taken;
    if (left == 0) {
      endContent();
    }
    return taken;
  }

  private void endContent() {
    var ended = current();
    listener.end(ended);
    entry = null;
    pad(ended.dataBytes());
  }

  private TarEntry current() {
    if (entry == null) {
      throw new IllegalStateException("no member is being walked through");
    }
    return entry;
  }

  private void pad(long size) {
    left = -size & BLOCK - 1;
    state = left == 0 ? State.HEADER : State.PADDING;
  }

  private int padding(int available) {
    var taken = (int) Math.min(available, left);
    left -= taken;
    if (left == 0) {
      state = State.HEADER;
    }
    return taken;
  }

  private void broken(String why) {
    problem = why;
    state = State.BROKEN;
  }

  /** What a pax extended header says of the member after it. */
  private record PaxRecords(Optional<String> path, Optional<Long> size) {
    static final PaxRecords NONE = new PaxRecords(Optional.empty(), Optional.empty());

    /** Records are {@code length SP key=value LF}; a broken one ends the list. */
    static PaxRecords parse(byte[] bytes) {
      Optional<String> path = Optional.empty();
      Optional<Long> size = Optional.empty();
      var text = new String(bytes, StandardCharsets.UTF_8);
      for (var line : text.split("\n")) {
        var space = line.indexOf(' ');
        var equals = line.indexOf('=', space + 1);
        if (space > 0 && equals > 0) {
          var value = line.substring(equals + 1);
          switch (line.substring(space + 1, equals)) {
            case "path", "GNU.sparse.name" -> path = Optional.of(value);
            case "size" -> size = TarHeader.decimal(value);
            default -> {
              // times, owners, attributes
            }
          }
        }
      }
      return new PaxRecords(path, size);
    }
  }
}
