package io.cts.delta;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip files such as builds make of two versions of a program, jars in jars among them. */
public final class RandomZips {
  private static final List<Integer> LEVELS = List.of(Deflater.DEFAULT_COMPRESSION, 9, 6, 1);
  private final Random random;
  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private int version = 1;

  public RandomZips(long seed) {
    this(new Random(seed), 1);
  }

  private RandomZips(Random random, int depth) {
    this.random = random;
    for (var i = 1 + random.nextInt(20); i > 0; i--) {
      files.put("org/app/" + Integer.toString(random.nextInt(5000), 36) + ".class", content());
    }
    if (depth > 0) {
      files.put("lib/inner-" + version + ".jar", new RandomZips(random, depth - 1).zip());
    }
  }

  /** Each made by its own program: level, times and order differ. */
  public byte[] zip() {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.setLevel(LEVELS.get(random.nextInt(LEVELS.size())));
      var time = 1_700_000_000_000L + random.nextInt(1000) * 2000L;
      for (var file : files.entrySet()) {
        var entry = new ZipEntry(file.getKey());
        entry.setTime(time);
        if (file.getKey().endsWith(".jar") || random.nextInt(10) == 0) {
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(file.getValue().length);
          var crc = new CRC32();
          crc.update(file.getValue());
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  /** The program's next version. */
  public RandomZips updated() {
    version++;
    for (var file : List.copyOf(files.entrySet())) {
      if (file.getKey().endsWith(".jar")) {
        files.remove(file.getKey());
        files.put("lib/inner-" + version + ".jar", new RandomZips(random, 0).zip());
        continue;
      }
      switch (random.nextInt(6)) {
        case 0 -> files.remove(file.getKey());
        case 1, 2 -> files.put(file.getKey(), edited(file.getValue()));
        default -> {
          // as it was
        }
      }
    }
    files.put("org/app/New" + version + ".class", content());
    return this;
  }

  private byte[] edited(byte[] content) {
    var copy = content.clone();
    for (var i = random.nextInt(200); i < copy.length; i += 1 + random.nextInt(2000)) {
      copy[i]++;
    }
    return copy;
  }

  private byte[] content() {
    var text = new StringBuilder();
    for (var length = random.nextInt(20_000); text.length() < length;) {
      text.append(Integer.toString(random.nextInt(700) * 7919, 36)).append((char) random.nextInt(40));
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
