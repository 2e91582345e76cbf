package io.cts.client.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Bytes like those in layers, found on any machine that runs this program: the JDK's own classes and libraries. */
final class SampleBytes {
  private static final int SLICES = 8;

  private SampleBytes() {}

  /**
   * Slices spread evenly over the JDK's large files.
   *
   * @throws IOException where this runtime has none of them
   */
  static byte[] ofThisJdk(int sizeBytes) throws IOException {
    var home = Path.of(System.getProperty("java.home"));
    var files = List.of(home.resolve("lib/modules"), home.resolve("lib/server/libjvm.so"),
        home.resolve("lib/server/libjvm.dylib"), home.resolve("bin/server/jvm.dll"))
        .stream()
        .filter(Files::isReadable)
        .toList();
    if (files.isEmpty()) {
      throw new IOException("this Java has none of the files that would be measured with: " + home);
    }
    var out = new ByteArrayOutputStream(sizeBytes);
    for (var file : files) {
      slices(file, sizeBytes / files.size(), out);
    }
    return out.toByteArray();
  }

  private static void slices(Path file, int sizeBytes, ByteArrayOutputStream out) throws IOException {
    var slice = new byte[sizeBytes / SLICES];
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      for (var i = 0; i < SLICES; i++) {
        in.seek(Math.max(0, (in.length() - slice.length) * i / SLICES));
        out.write(slice, 0, Math.max(0, in.read(slice)));
      }
    }
  }
}
