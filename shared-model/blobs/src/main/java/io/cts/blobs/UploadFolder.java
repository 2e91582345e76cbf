package io.cts.blobs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;

/**
 * Where one opened store keeps what is not finished: a folder of its own, with a file {@code lock} that stays locked as
 * long as the process lives. Whoever gets another folder's lock knows that its owner is gone.
 *
 * <p>Folders of this very process are known by their name and never opened: closing any descriptor of a file ends all
 * locks that a process holds on it (POSIX, fcntl).
 */
final class UploadFolder {
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;

  private UploadFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  static UploadFolder open(Path uploads) throws IOException {
    Files.createDirectories(uploads);
    var process = thisProcess();
    removeAbandoned(uploads, process);
    while (true) {
      var folder = Files.createDirectory(uploads.resolve(process + "-" + UUID.randomUUID()));
      try {
        var channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (channel.tryLock() != null && Files.exists(folder.resolve(LOCK))) {
          return new UploadFolder(folder, channel);
        }
        channel.close();
      } catch (NoSuchFileException e) {
        continue; // another process took it for abandoned before it was locked
      }
    }
  }

  Path newFile() {
    return folder.resolve(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  void close() throws IOException {
    removeAll(folder);
    lock.close();
  }

  private static void removeAbandoned(Path uploads, String process) throws IOException {
    try (var folders = Files.newDirectoryStream(uploads)) {
      for (var folder : folders) {
        if (!folder.getFileName().toString().startsWith(process + "-")) {
          removeIfAbandoned(folder);
        }
      }
    }
  }

  private static void removeIfAbandoned(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        removeAll(folder);
      }
    } catch (NoSuchFileException e) {
      removeIfEmpty(folder); // its owner ended between making the folder and the lock
    } catch (OverlappingFileLockException e) {
      return; // this very process holds it, opened when the host had another name
    }
  }

  private static void removeIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // it is being made just now
    }
  }

  /** The lock goes last, so that a removal that is cut short is taken up by the next. */
  private static void removeAll(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder, file -> !file.endsWith(LOCK))) {
      for (var file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder.resolve(LOCK));
    removeIfEmpty(folder);
  }

  /** Host, process and when it started: in containers every process is number 1. */
  private static String thisProcess() {
    var process = ProcessHandle.current();
    var started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return host().replaceAll("[^A-Za-z0-9.]", "_") + "-" + process.pid() + "-" + started;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "host"; // a machine that cannot look itself up
    }
  }
}
