package io.cts.blobs.packed;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Documents as files {@code FOLDER/sha256-abcdef…}. */
public class RecipeFolder implements RecipeShelf {
  private static final String UNFINISHED = ".part";

  private final Path folder;

  /** @param folder is made with the first document */
  public RecipeFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<byte[]> read(Digest blob) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path(blob)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void write(Digest blob, byte[] document) throws IOException {
    Files.createDirectories(folder);
    var part = folder.resolve(UUID.randomUUID() + UNFINISHED);
    try (var channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (var bytes = ByteBuffer.wrap(document); bytes.hasRemaining();) {
        channel.write(bytes);
      }
      channel.force(true);
      Files.move(part, path(blob), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    try (var names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  @Override
  public boolean delete(Digest blob) throws IOException {
    return Files.deleteIfExists(path(blob));
  }

  @Override
  public void removeUnfinished() throws IOException {
    if (Files.isDirectory(folder)) {
      try (var parts = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
        for (var part : parts) {
          Files.deleteIfExists(part);
        }
      }
    }
  }

  @Override
  public Stream<Digest> list() throws IOException {
    try {
      return Files.list(folder).flatMap(file -> digest(file.getFileName().toString()).stream());
    } catch (NoSuchFileException e) {
      return Stream.empty();
    }
  }

  private Path path(Digest blob) {
    return folder.resolve(blob.algorithm().name().toLowerCase(Locale.ROOT) + "-" + blob.hex());
  }

  private static Optional<Digest> digest(String name) {
    try {
      return Optional.of(Digest.parse(name.replaceFirst("-", ":")));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not one of these
    }
  }
}
