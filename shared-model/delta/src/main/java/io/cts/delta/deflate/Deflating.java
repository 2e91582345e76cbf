package io.cts.delta.deflate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Makes the deflate stream of one input after another, each as a {@link Packer} makes it. The window is moved when and as
 * the original moves it: gzip looks beyond the end of its input at what lay there before. Where that is beyond the end of
 * its window too, it sees whatever is next in its memory, and what it makes of such an input is not always made again.
 * For one thread at a time.
 */
public final class Deflating {
  private static final int WINDOW = 1 << 15;
  private static final int WINDOW_MASK = WINDOW - 1;
  private static final int BUFFER = 2 * WINDOW;
  /** So much has to lie ahead of a place for its match to be found in full. */
  private static final int AHEAD = Alphabets.LONGEST_MATCH + Alphabets.SHORTEST_MATCH + 1;
  private static final int FARTHEST = WINDOW - AHEAD;
  private static final int HASH_MASK = (1 << 15) - 1;
  private static final int HASH_SHIFT = 5;
  /** A shortest match from farther than this is not worth its distance. */
  private static final int TOO_FAR = 4096;

  private final Packer packer;
  private final BlockWriter blocks;
  private final byte[] window = new byte[BUFFER + AHEAD];
  private final int[] head = new int[HASH_MASK + 1];
  private final int[] chain = new int[WINDOW];
  private InputStream in = InputStream.nullInputStream();
  private int hash;
  private int position;
  private int ahead;
  private int blockStart;
  private boolean isAtEnd;
  private int matchStart;

  public Deflating(Packer packer) {
    this.packer = packer;
    this.blocks = new BlockWriter(packer);
  }

  /** Reads {@code plain} to its end and writes the deflate stream of it. */
  public void deflate(InputStream plain, OutputStream out) throws IOException {
    in = plain;
    blocks.begin(out);
    Arrays.fill(window, (byte) 0);
    Arrays.fill(head, 0);
    hash = 0;
    position = 0;
    ahead = 0;
    blockStart = 0;
    isAtEnd = false;
    matchStart = 0;
    run();
  }

  private void run() throws IOException {
    fill();
    if (ahead >= Alphabets.SHORTEST_MATCH - 1) {
      hash = (window[0] & 0xff) << HASH_SHIFT ^ window[1] & 0xff;
    }
    var previousLength = Alphabets.SHORTEST_MATCH - 1;
    var length = Alphabets.SHORTEST_MATCH - 1;
    var literalIsPending = false;
    while (ahead > 0) {
      var candidate = isHashable() ? insert(position) : 0;
      previousLength = length;
      var previousStart = matchStart;
      length = Alphabets.SHORTEST_MATCH - 1;
      if (candidate != 0 && previousLength < packer.lazyLength && position - candidate <= FARTHEST) {
        length = Math.min(longest(candidate, previousLength), ahead);
        if (length == Alphabets.SHORTEST_MATCH && position - matchStart > TOO_FAR) {
          length--;
        }
      }
      if (previousLength >= Alphabets.SHORTEST_MATCH && length <= previousLength) {
        var isFull = blocks.match(position - 1 - previousStart, previousLength, position - blockStart);
        take(previousLength);
        literalIsPending = false;
        length = Alphabets.SHORTEST_MATCH - 1;
        if (isFull) {
          endBlock(false);
        }
      } else {
        if (literalIsPending && blocks.literal(window[position - 1], position - blockStart)) {
          endBlock(false);
        }
        literalIsPending = true;
        position++;
        ahead--;
      }
      if (ahead < AHEAD && !isAtEnd) {
        fill();
      }
    }
    if (literalIsPending) {
      var _ = blocks.literal(window[position - 1], position - blockStart);
    }
    endBlock(true);
  }

  /** Passes the match that began at the byte before. */
  private void take(int length) {
    var lastHashable = position + ahead - Alphabets.SHORTEST_MATCH;
    ahead -= length - 1;
    for (var left = length - 2; left > 0; left--) {
      position++;
      if (packer.isGzip() || position <= lastHashable) {
        insert(position);
      }
    }
    position++;
  }

  private boolean isHashable() {
    return packer.isGzip() || ahead >= Alphabets.SHORTEST_MATCH;
  }

  /** Puts the three bytes at {@code at} into their chain, and tells who was there last; 0 for nobody. */
  private int insert(int at) {
    hash = (hash << HASH_SHIFT ^ window[at + Alphabets.SHORTEST_MATCH - 1] & 0xff) & HASH_MASK;
    var last = head[hash];
    chain[at & WINDOW_MASK] = last;
    head[hash] = at;
    return last;
  }

  /** The length of the longest match, or {@code atLeast} if none is longer; sets where it starts. */
  private int longest(int candidate, int atLeast) {
    var left = atLeast >= packer.goodLength ? packer.chainLength >> 2 : packer.chainLength;
    var nice = packer.isGzip() ? packer.niceLength : Math.min(packer.niceLength, ahead);
    var limit = Math.max(position - FARTHEST, 0);
    var best = atLeast;
    var at = candidate;
    do {
      if (window[at + best] == window[position + best] && window[at + best - 1] == window[position + best - 1]
          && window[at] == window[position] && window[at + 1] == window[position + 1]) {
        var length = matching(at);
        if (length > best) {
          matchStart = at;
          best = length;
          if (length >= nice) {
            break;
          }
        }
      }
      at = chain[at & WINDOW_MASK];
      left--;
    } while (at > limit && left != 0);
    return best;
  }

  private int matching(int at) {
    var length = 2;
    while (length < Alphabets.LONGEST_MATCH && window[at + length] == window[position + length]) {
      length++;
    }
    return length;
  }

  private void endBlock(boolean isLast) throws IOException {
    blocks.end(window, blockStart, position - blockStart, isLast);
    blockStart = position;
  }

  /** Reads as much as there is room for; moves the window down by half when it is nearly passed. */
  private void fill() throws IOException {
    do {
      if (position >= WINDOW + FARTHEST) {
        System.arraycopy(window, WINDOW, window, 0, WINDOW);
        position -= WINDOW;
        matchStart -= WINDOW;
        blockStart -= WINDOW;
        moveDown(head);
        moveDown(chain);
      }
      var room = BUFFER - ahead - position;
      var count = in.readNBytes(window, position + ahead, room);
      if (count == 0 && room > 0) {
        isAtEnd = true;
        window[position + ahead] = 0;
        window[position + ahead + 1] = 0;
      }
      ahead += count;
    } while (ahead < AHEAD && !isAtEnd);
  }

  private static void moveDown(int[] places) {
    for (var i = 0; i < places.length; i++) {
      places[i] = Math.max(places[i] - WINDOW, 0);
    }
  }
}
