package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Mixed into labs that start a CTS of their own, in a folder that is removed when all went well. */
final class OwnCts {
  @Option(names = "--launcher", paramLabel = "FILE", defaultValue = "${env:CTS_LAUNCHER:-./cts}", description = "the program that starts CTS (default: ${DEFAULT-VALUE})")
  private Path launcher;

  @Option(names = "--work", paramLabel = "DIR", description = "where bytes lie meanwhile (default: the folder for temporary files)")
  private @Nullable Path work;

  /** @return to be deleted by the caller */
  WorkFolder folder() throws IOException, CommandFailed {
    if (!Files.isExecutable(launcher)) {
      throw new CommandFailed(launcher + " is no program that starts CTS; run the lab as ./cts lab, or name it with"
          + " --launcher");
    }
    return new WorkFolder("cts-lab-", work);
  }

  /** The program itself, checked by {@link #folder()}. */
  Path launcher() {
    return launcher.toAbsolutePath();
  }

  /**
   * @param upstream {@code NAME=URL}
   * @param more options of {@code cts up}
   */
  RunningCts start(WorkFolder folder, String upstream, String... more) throws IOException, CommandFailed {
    return RunningCts.start(launcher(), data(folder), folder.resolve("up.log"), upstream, more);
  }

  static Path data(WorkFolder folder) {
    return folder.resolve("data");
  }
}
