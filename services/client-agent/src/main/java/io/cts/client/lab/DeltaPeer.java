package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Commands of this machine that make what has to be sent to who has the old layer.
 *
 * @param programs that have to be installed
 * @param script for bash; {@code $1} is the old layer, {@code $2} the new one, {@code $3} a folder for its files; it
 *   prints the bytes to send
 * @param dense what is asked of the dense delta beside it
 * @param quick what is asked of the quick delta beside it
 */
record DeltaPeer(String name, List<String> programs, String script, Target dense, Target quick) {
  private static final Target AS_SMALL = Target.ratioAtMost(1.01);

  /** @param slow whether those that take minutes are wanted too */
  static List<DeltaPeer> all(boolean slow) {
    var gzip = new DeltaPeer("gzip -6", List.of("gzip"), "gzip -6 -c \"$2\" | wc -c", Target.ratioAtMost(1.0 / 12),
        AS_SMALL);
    var zstd3 = new DeltaPeer("zstd -3", List.of("zstd"), "zstd -3 -q -c \"$2\" | wc -c", AS_SMALL, AS_SMALL);
    var patch = new DeltaPeer("zstd -3 --long=30 --patch-from", List.of("zstd"),
        "zstd -3 --long=30 --patch-from=\"$1\" -q -c \"$2\" | wc -c", Target.ratioAtMost(0.6), Target.ratioAtMost(1.2));
    var chunks = new DeltaPeer("casync, chunks of 64 KB", List.of("casync"),
        "cd \"$3\" && casync make --store=old.castr old.caibx \"$1\" >/dev/null"
            + " && casync make --store=new.castr new.caibx \"$2\" >/dev/null"
            + " && cd new.castr && find . -name '*.cacnk' | while read -r c;"
            + " do [ -e \"../old.castr/$c\" ] || stat -c %s \"$c\"; done | awk '{ s += $1 } END { print s + 0 }'",
        Target.ratioAtMost(0.2), AS_SMALL);
    var zstd19 = new DeltaPeer("zstd -19", List.of("zstd"), "zstd -19 -T0 -q -c \"$2\" | wc -c", AS_SMALL, AS_SMALL);
    return slow ? List.of(gzip, zstd3, patch, chunks, zstd19) : List.of(gzip, zstd3, patch, chunks);
  }

  boolean isInstalled() {
    return new Pipeline(name, programs, script).missing().isEmpty();
  }

  record Made(long bytes, double seconds) {}

  Made make(Path old, Path young, Path folder) throws CommandFailed, InterruptedException {
    var begun = System.nanoTime();
    var errors = folder.resolve("peer.err");
    try {
      var shell = new ProcessBuilder("bash", "-o", "pipefail", "-c", script, name, old.toString(), young.toString(),
          folder.toString()).redirectError(errors.toFile()).start();
      shell.getOutputStream().close();
      var printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (shell.waitFor() != 0 || !printed.matches("[0-9]+")) {
        throw new CommandFailed("tried to run " + name + " on " + young + " but it failed: "
            + Files.readString(errors).strip());
      }
      return new Made(Long.parseLong(printed), (System.nanoTime() - begun) / 1e9);
    } catch (IOException e) {
      throw new CommandFailed("tried to run " + name + " but the shell did not start: " + e.getMessage(), e);
    }
  }
}
