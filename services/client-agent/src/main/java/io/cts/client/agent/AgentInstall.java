package io.cts.client.agent;

import io.cts.client.CommandFailed;
import io.cts.client.Cts;
import io.cts.client.Output;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has an engine of this machine pull through the agent: shows the change, makes it, undoes it. */
@Command(name = "install", mixinStandardHelpOptions = true, sortOptions = false, description = "Shows how an engine's configuration changes so that it pulls through the agent; makes the change with --yes.", footer = {
    "", "Examples:", "  cts agent install --engine docker          shows the change",
    "  cts agent install --engine docker --yes    makes it",
    "  cts agent install --engine docker --undo --yes"})
final class AgentInstall implements Callable<Integer> {
  @Option(names = "--engine", required = true, paramLabel = "ENGINE", description = "docker, containerd or podman.")
  private EngineFiles engine;

  @Option(names = "--mirror", paramLabel = "URL", defaultValue = "http://127.0.0.1:65001", description = "Where the agent listens (default: ${DEFAULT-VALUE}).")
  private URI mirror;

  @Option(names = "--yes", description = "Make the change.")
  private boolean yes;

  @Option(names = "--undo", description = "Take the change back.")
  private boolean undo;

  @Option(names = "--root", paramLabel = "DIR", defaultValue = "/", hidden = true, description = "The machine's file system.")
  private Path root;

  @Mixin
  private Output output;

  /** What {@code --json} prints: {@code content} is absent where the file goes. */
  private record Change(String file, @Nullable String content, boolean made, String then) {}

  @Override
  public Integer call() throws IOException, CommandFailed {
    if (!"http".equals(mirror.getScheme()) || mirror.getHost() == null) {
      throw new CommandFailed(Cts.MISUSED,
          "--mirror " + mirror + " is no address of an agent; write for example http://127.0.0.1:65001");
    }
    var file = root.resolve(engine.path().substring(1));
    var before = Files.exists(file) ? Files.readString(file) : null;
    var after = undo ? engine.without(before, mirror, file) : engine.with(before, mirror, file);
    if (after == null ? before == null : after.equals(before)) {
      output.line(file + " stays as it is: " + (undo ? "nothing of the agent is in it" : "the agent is in it already"));
      output.object(new Change(file.toString(), after, false, ""));
      return 0;
    }
    output.line(after == null ? file + " is removed" : file + " becomes:\n" + after.stripTrailing());
    if (yes) {
      write(file, after);
    }
    output.line(
        yes ? "done; now " + engine.then() : "run this again with --yes to make the change; then " + engine.then());
    output.object(new Change(file.toString(), after, yes, engine.then()));
    return 0;
  }

  private static void write(Path file, @Nullable String content) throws IOException, CommandFailed {
    try {
      if (content == null) {
        Files.delete(file);
        return;
      }
      Files.createDirectories(file.getParent());
      var part = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(part, content);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CommandFailed("tried to change " + file + " but it cannot be written (" + e + "); run this as root", e);
    }
  }
}
