package io.cts.client.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files that every machine with CTS has, as contents of layers: the JDK that runs it, and Java libraries. */
public final class MachineFiles {
  private static final int PIECE = 1_000_000;

  private final Path javaHome = Path.of(System.getProperty("java.home"));

  private record Entry(String path, Path file) {}

  /** Configuration, headers, licences: text, and what else the JDK has in small files. */
  public LayerPiece.Content jdkTexts(long mostBytes) {
    return jdk(mostBytes, path -> path.startsWith("conf") || path.startsWith("legal") || path.startsWith("include")
        || path.startsWith("man"));
  }

  /** Programs and libraries in machine code. */
  public LayerPiece.Content jdkBinaries(long mostBytes) {
    return jdk(mostBytes,
        path -> path.startsWith("bin") || path.toString().endsWith(".so") || path.toString().endsWith(".dylib"));
  }

  /** Java classes as they lie in the JDK's modules file, which does not compress them, in pieces of a megabyte. */
  public LayerPiece.Content classes(long mostBytes) {
    var modules = javaHome.resolve("lib/modules");
    return tar -> {
      if (Files.isReadable(modules)) {
        try (var in = new RandomAccessFile(modules.toFile(), "r")) {
          var piece = new byte[PIECE];
          var pieces = Math.min(mostBytes, in.length()) / PIECE;
          for (var i = 0; i < pieces; i++) {
            in.seek((in.length() - PIECE) / pieces * i);
            in.readFully(piece);
            tar.file("app/classes/part-%03d.bin".formatted(i), piece);
          }
        }
      }
    };
  }

  /** As above, but from the {@code part}th of {@code parts} stretches of that file only: each part is another. */
  public LayerPiece.Content classes(int part, int parts, long mostBytes) {
    var modules = javaHome.resolve("lib/modules");
    return tar -> {
      try (var in = new RandomAccessFile(modules.toFile(), "r")) {
        var bytes = new byte[(int) Math.min(mostBytes, in.length() / parts)];
        in.seek(in.length() / parts * part);
        in.readFully(bytes);
        tar.file("app/classes/stretch-%03d.bin".formatted(part), bytes);
      }
    };
  }

  /** Libraries as jars: compressed already. Those of the class path first. */
  public LayerPiece.Content jars(long mostBytes) {
    return tar -> {
      var total = 0L;
      for (var jar : jarFiles(mostBytes)) {
        var size = Files.size(jar);
        if (total + size <= mostBytes) {
          tar.file("app/lib/" + jar.getFileName(), jar);
          total += size;
        }
      }
    };
  }

  /** Those of the local Maven repository where the class path has too few. */
  private static List<Path> jarFiles(long wantedBytes) throws IOException {
    var jars = new ArrayList<>(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.toString().endsWith(".jar") && Files.isReadable(path))
        .sorted()
        .toList());
    var bytes = 0L;
    for (var jar : jars) {
      bytes += Files.size(jar);
    }
    var maven = Path.of(System.getProperty("user.home"), ".m2", "repository");
    if (bytes < wantedBytes && Files.isDirectory(maven)) {
      var had = jars.stream().map(Path::getFileName).toList();
      try (Stream<Path> files = Files.walk(maven)) {
        jars.addAll(files.filter(path -> path.toString().endsWith(".jar") && !had.contains(path.getFileName()))
            .sorted()
            .toList());
      }
    }
    return jars;
  }

  private LayerPiece.Content jdk(long mostBytes, Predicate<Path> wanted) {
    return tar -> {
      var total = 0L;
      for (var entry : entries(wanted)) {
        var size = Files.size(entry.file);
        if (total + size <= mostBytes) {
          tar.file(entry.path, entry.file);
          total += size;
        }
      }
    };
  }

  private List<Entry> entries(Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(javaHome)) {
      return files.filter(Files::isRegularFile)
          .filter(Files::isReadable)
          .filter(file -> wanted.test(javaHome.relativize(file)))
          .sorted()
          .map(file -> new Entry("opt/jdk/" + javaHome.relativize(file).toString().replace(File.separatorChar, '/'),
              file))
          .filter(entry -> TarWriter.takes(entry.path))
          .toList();
    }
  }
}
