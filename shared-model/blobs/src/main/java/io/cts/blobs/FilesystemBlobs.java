package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files below one folder, which several processes may share: {@code blobs/sha256/ab/abcdef…} holds what is
 * stored, {@code uploads/} what is on its way. Closing it forgets uploads that were not closed. Thread-safe.
 */
public final class FilesystemBlobs implements BlobStore, FileUpload.Shelf {
  private final Path root;
  private final UploadFolder uploads;
  private final Map<Digest, Stamp> verified = new ConcurrentHashMap<>();

  /** What changes when a file does, without reading it. */
  record Stamp(@Nullable Object fileKey, long sizeBytes, FileTime modified) {
    static Stamp of(Path file) throws IOException {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }
  }

  /**
   * Opens the store in {@code root}, which is made where it is not there, and removes what processes that are gone
   * left unfinished.
   */
  public FilesystemBlobs(Path root) throws IOException {
    this.root = root.toAbsolutePath().normalize();
    try {
      Files.createDirectories(this.root.resolve("blobs"));
      uploads = UploadFolder.open(this.root.resolve("uploads"));
    } catch (IOException e) {
      throw explained("could not open the blob store", e);
    }
  }

  @Override
  public Optional<Long> size(Digest digest) throws IOException {
    try {
      return Optional.of(Files.size(path(digest)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Blob open(Digest digest) throws IOException {
    var path = path(digest);
    try {
      while (true) {
        var stamp = Stamp.of(path);
        var channel = FileChannel.open(path, StandardOpenOption.READ);
        if (stamp.equals(stampOf(path))) {
          return new FileBlob(this, digest, path, stamp, channel);
        }
        channel.close(); // it was replaced while it was opened: the stamp may be the other file's
      }
    } catch (NoSuchFileException e) {
      var missing = new BlobMissing(digest);
      missing.initCause(e);
      throw missing;
    }
  }

  private static @Nullable Stamp stampOf(Path path) throws IOException {
    try {
      return Stamp.of(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public Upload begin() throws IOException {
    try {
      return new FileUpload(this, uploads.newFile());
    } catch (IOException e) {
      throw explained("could not begin to store a blob", e);
    }
  }

  @Override
  public Stream<Entry> list() throws IOException {
    var blobs = root.resolve("blobs");
    return Files.walk(blobs, 3).flatMap(path -> entry(blobs.relativize(path)).stream());
  }

  /** @param name algorithm, first two digits, all digits */
  private Optional<Entry> entry(Path name) {
    if (name.getNameCount() != 3) {
      return Optional.empty();
    }
    try {
      var digest = Digest.parse(name.getName(0) + ":" + name.getName(2));
      return size(digest).map(size -> new Entry(digest, size));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not a file of this store
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean delete(Digest digest) throws IOException {
    verified.remove(digest);
    return Files.deleteIfExists(path(digest));
  }

  @Override
  public void close() throws IOException {
    uploads.close();
  }

  boolean isVerified(Digest digest, Stamp stamp) {
    return stamp.equals(verified.get(digest));
  }

  void markVerified(Digest digest, Stamp stamp) {
    verified.put(digest, stamp);
  }

  @Override
  public void keep(Path file, FileChannel content, Digest digest) throws IOException {
    content.force(true);
    var path = path(digest);
    var folder = Objects.requireNonNull(path.getParent(), "blobs lie in folders");
    makeFolder(folder);
    var stamp = Stamp.of(file);
    // over the old file where there is one: these bytes are verified, and those may not be
    Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
    synchronise(folder);
    markVerified(digest, stamp);
  }

  private void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    var parent = Objects.requireNonNull(folder.getParent(), "below the root");
    makeFolder(parent);
    try {
      Files.createDirectory(folder);
      synchronise(parent);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /** Makes the names in {@code folder} durable. */
  private static void synchronise(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public InputStream reopen(Digest digest, long offset) throws IOException {
    var in = new FileInputStream(path(digest).toFile());
    in.getChannel().position(offset);
    return in;
  }

  Path path(Digest digest) {
    return root.resolve("blobs")
        .resolve(digest.algorithm().name().toLowerCase(Locale.ROOT))
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  @Override
  public IOException explained(String tried, IOException cause) {
    if (cause instanceof BlobCorrupt || cause instanceof BlobMissing) {
      return cause;
    }
    return new IOException(tried + " in " + root + ": " + cause.getMessage() + free(), cause);
  }

  private String free() {
    try {
      var freeBytes = Files.getFileStore(root).getUsableSpace();
      return " (" + freeBytes / (1 << 20) + " MiB free there; check space and permissions)";
    } catch (IOException e) {
      return " (check space and permissions there)";
    }
  }
}
