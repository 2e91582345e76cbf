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
import java.util.List;

/**
 * Which stretches of a spool are there, in a file beside it, so that a process which goes on after a kill does not fetch
 * them again: a line {@code FROM END} each, written after its bytes. Neither file is synced: after a crash of the whole
 * machine the bytes may be missing, which the digest of the whole tells.
 */
final class SpoolJournal implements Closeable {
  private static final String CONTENT = ".part";
  private static final String STRETCHES = ".stretches";

  private final Path content;
  private final Path stretches;
  private final Runnable closed;
  private final FileChannel channel;

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
    var text = Files.readString(stretches);
    var whole = text.substring(0, text.lastIndexOf('\n') + 1); // its last line may be half of one
    for (var line : whole.lines().toList()) {
      var words = line.split(" ");
      if (words.length == 2 && words[0].matches("\\d{1,18}") && words[1].matches("\\d{1,18}")) {
        var stretch = new Stretch(Long.parseLong(words[0]), Math.min(size, Long.parseLong(words[1])));
        if (stretch.from() < stretch.end()) {
          known.add(stretch);
        }
      }
    }
    if (whole.length() < text.length()) {
      channel.truncate(whole.length());
    }
    return known;
  }

  void add(long from, long end) throws IOException {
    channel.write(ByteBuffer.wrap((from + " " + end + "\n").getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(stretches);
    closed.run();
  }
}
