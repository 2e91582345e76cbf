package io.cts.delta;

import io.cts.delta.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Pairs of tars such as an update makes, with everything odd that a tar may hold. */
final class RandomTars {
  private final Random random;
  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private int mtime = 1_700_000_000;

  RandomTars(long seed) {
    random = new Random(seed);
    for (var i = 3 + random.nextInt(25); i > 0; i--) {
      files.put(name(), content());
    }
  }

  /** The tar of the files as they are now. */
  byte[] tar() {
    var tar = new TarWriter();
    for (var file : files.entrySet()) {
      member(tar, file.getKey(), file.getValue());
    }
    return switch (random.nextInt(4)) {
      case 0 -> tar.unfinished();
      case 1 -> tar.raw(new byte[1024 + 512 * random.nextInt(20)]).unfinished();
      case 2 -> tar.raw(noise(random.nextInt(2000))).end();
      default -> tar.end();
    };
  }

  private void member(TarWriter tar, String name, byte[] content) {
    switch (random.nextInt(12)) {
      case 0 -> tar.pax("path=" + name, "mtime=" + mtime + ".5", "SCHILY.xattr.user.note=" + random.nextInt());
      case 1 -> tar.gnuLongName(name);
      case 2 -> tar.raw(TarWriter.header(shortened("link-" + name), '1', 0));
      case 3 -> tar.raw(TarWriter.header(shortened("dir-" + name), '5', 0));
      case 4 -> tar.raw(new byte[512]);
      case 5 -> tar.end();
      default -> {
        // nothing odd
      }
    }
    var header = TarWriter.header(shortened(name), random.nextInt(30) == 0 ? 'S' : '0', content.length);
    TarWriter.put(header, 136, String.format("%011o", mtime));
    tar.raw(TarWriter.checksummed(header)).raw(content);
    var padding = new byte[-content.length & 511];
    if (random.nextInt(8) == 0) {
      random.nextBytes(padding);
    }
    tar.raw(padding);
  }

  /** What an update does to files. */
  RandomTars updated() {
    mtime += random.nextInt(3) * 1000;
    for (var file : List.copyOf(files.entrySet())) {
      var name = file.getKey();
      var content = file.getValue();
      switch (random.nextInt(10)) {
        case 0 -> files.remove(name);
        case 1 -> {
          files.remove(name);
          files.put(name(), content);
        }
        case 2 -> files.put(name.replaceAll("[0-9]+", Integer.toString(random.nextInt(100))), edited(content));
        case 3, 4, 5 -> files.put(name, edited(content));
        case 6 -> files.put(name(), content);
        default -> {
          // as it was
        }
      }
    }
    files.put(name(), content());
    return this;
  }

  private byte[] edited(byte[] content) {
    var out = new ByteArrayOutputStream();
    for (var done = 0; done < content.length;) {
      var count = Math.min(content.length - done, 1 + random.nextInt(4000));
      out.write(content, done, count);
      done += count;
      switch (random.nextInt(6)) {
        case 0 -> out.writeBytes(noise(random.nextInt(40)));
        case 1 -> done = Math.min(content.length, done + random.nextInt(200));
        default -> {
          // goes on
        }
      }
    }
    return out.toByteArray();
  }

  private byte[] content() {
    return switch (random.nextInt(6)) {
      case 0 -> new byte[0];
      case 1 -> noise(random.nextInt(30_000));
      case 2 -> new byte[random.nextInt(10_000)];
      case 3 -> words(random.nextInt(200_000));
      default -> words(random.nextInt(3_000));
    };
  }

  private byte[] noise(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] words(int count) {
    var text = new StringBuilder(count + 20);
    while (text.length() < count) {
      text.append(Integer.toString(random.nextInt(5000) * 7919, 36)).append(random.nextInt(9) == 0 ? '\n' : ' ');
    }
    return Arrays.copyOf(text.toString().getBytes(StandardCharsets.UTF_8), count);
  }

  private String name() {
    return "usr/lib/" + random.nextInt(5) + "/lib" + Integer.toString(random.nextInt(1000), 36) + ".so."
        + random.nextInt(20) + (random.nextInt(10) == 0 ? "/long".repeat(30) : "");
  }

  private static String shortened(String name) {
    return name.substring(0, Math.min(100, name.length()));
  }
}
