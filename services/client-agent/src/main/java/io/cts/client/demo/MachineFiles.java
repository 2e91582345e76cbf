package io.cts.client.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files that every machine with CTS has: the JDK that runs it, and Java libraries. */
final class MachineFiles {
  private final Path javaHome = Path.of(System.getProperty("java.home"));

  /** @param path within the layer */
  record Entry(String path, Path file, long sizeBytes) {}

  /** Configuration, headers, licences: text, and what else the JDK has in small files. */
  List<Entry> jdkTexts(long mostBytes) throws IOException {
    return some("opt/jdk/", javaHome, mostBytes,
        path -> path.startsWith("conf") || path.startsWith("legal") || path.startsWith("include")
            || path.startsWith("man"));
  }

  /** Programs and libraries in machine code. */
  List<Entry> jdkBinaries(long mostBytes) throws IOException {
    return some("opt/jdk/", javaHome, mostBytes,
        path -> path.startsWith("bin") || path.toString().endsWith(".so") || path.toString().endsWith(".dylib"));
  }

  /** The modules of the JDK, whose classes are not compressed: a part of them. */
  Path jdkModules() {
    return javaHome.resolve("lib/modules");
  }

  /** Libraries as jars: compressed already. */
  List<Entry> jars(long mostBytes) throws IOException {
    var jars = new ArrayList<Entry>();
    var total = 0L;
    for (var jar : jarFiles()) {
      var size = Files.size(jar);
      if (total + size <= mostBytes) {
        jars.add(new Entry("app/lib/" + jar.getFileName(), jar, size));
        total += size;
      }
    }
    return jars;
  }

  /** Of the class path; those of the local Maven repository where that has too few. */
  private static List<Path> jarFiles() throws IOException {
    var own = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.toString().endsWith(".jar") && Files.isReadable(path))
        .sorted()
        .toList();
    var maven = Path.of(System.getProperty("user.home"), ".m2", "repository");
    if (own.size() >= 5 || !Files.isDirectory(maven)) {
      return own;
    }
    try (Stream<Path> files = Files.walk(maven)) {
      return files.filter(path -> path.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static List<Entry> some(String under, Path root, long mostBytes, Predicate<Path> wanted) throws IOException {
    var entries = new ArrayList<Entry>();
    var total = 0L;
    try (Stream<Path> files = Files.walk(root)) {
      for (var file : files.filter(Files::isRegularFile).filter(Files::isReadable).sorted().toList()) {
        var relative = root.relativize(file);
        var path = under + relative.toString().replace(File.separatorChar, '/');
        if (wanted.test(relative) && TarWriter.takes(path)) {
          var size = Files.size(file);
          if (total + size <= mostBytes) {
            entries.add(new Entry(path, file, size));
            total += size;
          }
        }
      }
    }
    return entries;
  }
}
