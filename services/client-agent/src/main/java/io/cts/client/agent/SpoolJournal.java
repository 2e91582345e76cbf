package io.cts.client.agent;

import io.cts.client.agent.Spool.Stretch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which stretches of a spool are there, in a file beside it, so that a process which goes on after a kill does not fetch
 * them again: a line {@code FROM END} each, written after its bytes, and not for fewer than a range that is
 * asked for anew without regret. Neither file is synced: after a crash of the whole
 * machine the bytes may be missing, which the digest of the whole tells.
 */
final class SpoolJournal implements Closeable {
  private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\d{1,18})");
  private static final String CONTENT = ".part";
  private static final String STRETCHES = ".stretches";
  /** A socket brings a few KB at a time. */
  private static final long WORTH_A_LINE = 256 << 10;

  private final Path content;
  private final Path stretches;
  private final Runnable closed;
  private final FileChannel channel;
  /** Not written down yet: where each ends, and begins. */
  private final Map<Long, Long> pending = new HashMap<>();

  /** @param closed is told when both files are gone */
  SpoolJournal(Path folder, String name, Runnable closed) throws IOException {
    this.content = folder.resolve(name + CONTENT);
    this.stretches = folder.resolve(name + STRETCHES);
    this.closed = closed;
    this.channel = FileChannel.open(stretches, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  Path content() {
    return content;
  }

  /** @param size that the content has at most */
  List<Stretch> open(long size) throws IOException {
    var known = new ArrayList<Stretch>();
    try (var lines = Files.newBufferedReader(stretches, StandardCharsets.US_ASCII)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var match = LINE.matcher(line);
        if (match.matches()) {
          var stretch = new Stretch(Long.parseLong(match.group(1)), Math.min(size, Long.parseLong(match.group(2))));
          if (stretch.from() < stretch.end()) {
            known.add(stretch);
          }
        }
      }
    }
    channel.write(ByteBuffer.wrap(new byte[]{'\n'})); // half a line says less than the whole, and nothing wrong
    return known;
  }

  synchronized void add(long from, long end) throws IOException {
    var before = pending.remove(from);
    var first = before == null ? from : before;
    if (end - first < WORTH_A_LINE) {
      pending.put(end, first);
    } else {
      channel.write(ByteBuffer.wrap((first + " " + end + "\n").getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(stretches);
    closed.run();
  }
}
