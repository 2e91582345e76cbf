package io.cts.client.pull;

import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.ImageIndex;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A folder in the OCI image layout (OCI image specification 1.1, image-layout.md). Images are added; one of the same name
 * is replaced. Blobs appear under their names only when they are whole.
 */
public final class LayoutFolder implements Destination {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final byte[] MARK = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

  private static final String PART = ".part-";
  private static final Duration KEEPS_PARTS = Duration.ofDays(1);

  private final Path folder;
  private final String name;
  private final AtomicBoolean tidied = new AtomicBoolean();

  /**
   * @param folder made where it is missing
   * @param name of the image within it, such as {@code org/app:1}
   */
  public LayoutFolder(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /** Where a blob lies, or will. */
  Path file(Digest blob) {
    var text = blob.toString();
    return folder.resolve("blobs").resolve(text.substring(0, text.indexOf(':'))).resolve(blob.hex());
  }

  @Override
  public boolean holds(Digest blob) throws IOException {
    var file = file(blob);
    if (!Files.exists(file)) {
      return false;
    }
    var hash = blob.algorithm().newHash();
    try (var in = new DigestInputStream(Files.newInputStream(file), hash)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(hash.digest()).equals(blob.hex()); // others may have written here, or a disk failed
  }

  @Override
  public Slot slot(Digest blob) throws IOException {
    var file = file(blob);
    var siblings = Files.createDirectories(file.getParent());
    if (!tidied.getAndSet(true)) {
      removeAbandoned(siblings);
    }
    return new FileSlot(Files.createTempFile(siblings, PART, ""), file);
  }

  /** What pulls began that were killed; another that is under way writes all the time. */
  private static void removeAbandoned(Path siblings) throws IOException {
    var old = Instant.now().minus(KEEPS_PARTS);
    try (var parts = Files.newDirectoryStream(siblings, PART + "*")) {
      for (var part : parts) {
        if (Files.getLastModifiedTime(part).toInstant().isBefore(old)) {
          Files.deleteIfExists(part);
        }
      }
    } catch (NoSuchFileException e) {
      // the other had it whole meanwhile
    }
  }

  @Override
  public synchronized void complete(RawManifest manifest) throws IOException {
    try (var slot = slot(manifest.digest())) {
      slot.out().write(manifest.bytes());
      slot.keep();
    }
    var entries = new ArrayList<Descriptor>();
    var index = folder.resolve("index.json");
    if (Files.exists(index)) {
      for (var entry : ImageIndex.parse(RawManifest.of(MediaTypes.OCI_INDEX, Files.readAllBytes(index))).manifests()) {
        if (!name.equals(entry.annotations().get(REF_NAME))) {
          entries.add(entry);
        }
      }
    }
    entries.add(new Descriptor(manifest.mediaType(), manifest.digest(), manifest.sizeBytes(), null, null, List.of(),
        Map.of(REF_NAME, name)));
    replace(folder.resolve("oci-layout"), MARK);
    replace(index, Documents.index(entries, Map.of()).bytes());
  }

  private void replace(Path file, byte[] bytes) throws IOException {
    var part = Files.createTempFile(folder, PART, "");
    Files.write(part, bytes);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static final class FileSlot implements Slot {
    private final Path part;
    private final Path file;
    private final OutputStream out;

    FileSlot(Path part, Path file) throws IOException {
      this.part = part;
      this.file = file;
      this.out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16);
    }

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public void keep() throws IOException {
      out.close();
      try (var written = FileChannel.open(part, StandardOpenOption.WRITE)) {
        written.force(true); // a name stands for whole content, whatever happens to the machine
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(part);
    }
  }
}
