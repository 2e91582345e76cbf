package io.cts.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The folder that one CTS keeps its data in; held while it runs. */
final class DataFolder implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final FileChannel channel;

  private DataFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** @throws IOException if another CTS holds it, or it cannot be written */
  static DataFolder hold(Path folder) throws IOException {
    var channel = openLock(folder);
    if (lock(channel) == null) {
      channel.close();
      throw new IOException("another CTS is running with its data in " + folder
          + "; stop it, or give this one a folder of its own with --data");
    }
    return new DataFolder(folder, channel);
  }

  private static FileChannel openLock(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException("could not make the data folder " + folder + ": " + e + "; give another with --data", e);
    }
    try {
      return FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException("could not write into the data folder " + folder + ": " + e
          + "; make it writable, or give another with --data", e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  Path resolve(String name) {
    return folder.resolve(name);
  }

  /**
   * Ends a PostgreSQL server that outlived the JVM that started it: its postmaster.pid names it in the first line. Ended
   * in order (SIGINT, "fast shutdown"), so that the next start has nothing to recover.
   */
  void endOrphanedPostgresql() throws IOException {
    var pidFile = folder.resolve("postgres/data/postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    var lines = Files.readAllLines(pidFile);
    if (lines.size() < 2 || !lines.getFirst().strip().matches("\\d+")) {
      return;
    }
    var server = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    var isPostgresql = server.flatMap(it -> it.info().command()).filter(it -> it.contains("postgres")).isPresent();
    if (server.isEmpty() || !isPostgresql) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(server.get().pid())).start().waitFor();
      server.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ending the PostgreSQL server of an earlier run", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the PostgreSQL server of an earlier run (process " + server.get().pid()
          + ") did not end within " + PATIENCE.toSeconds() + " s; end it and start again", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
