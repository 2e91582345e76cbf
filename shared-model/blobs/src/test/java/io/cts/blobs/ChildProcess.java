package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Another process that uses a store: writes given kibibytes, says how that went, and waits to be killed. */
final class ChildProcess {
  private ChildProcess() {}

  public static void main(String[] arguments) throws Exception {
    var kibibytes = Integer.parseInt(arguments[1]);
    try (var store = new FilesystemBlobs(Path.of(arguments[0])); var upload = store.begin()) {
      try {
        for (var written = 0; written < kibibytes; written++) {
          upload.write(new byte[1024], 0, 1024);
        }
        System.out.println("written");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
      while (System.in.read() >= 0) {
        upload.commit(Digest.sha256(new byte[kibibytes * 1024]));
        System.out.println("committed");
      }
    }
  }

  /** @param largestFileKibibytes the operating system's limit for a file: behaves like a disk that is full */
  static Process start(Path root, int kibibytes, String largestFileKibibytes) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = "ulimit -f " + largestFileKibibytes + "; exec \"$@\"";
    return new ProcessBuilder("bash", "-c", command, "bash", java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp",
        System.getProperty("java.class.path"), ChildProcess.class.getName(), root.toString(), "" + kibibytes)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The files of uploads that have not ended. */
  static List<Path> unfinished(Path root) throws IOException {
    try (var files = Files.walk(root.resolve("uploads"))) {
      return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    }
  }
}
