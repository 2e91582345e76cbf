package io.cts.client.agent;

import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The plain layers of containerd's content store, {@code FOLDER/blobs/sha256/HEX}. They are read where they lie. */
final class ContentStore {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  /** Of a tar's first header (POSIX.1, "ustar Interchange Format"). */
  private static final ByteBuffer MAGIC = ByteBuffer.wrap("ustar".getBytes(StandardCharsets.US_ASCII))
      .asReadOnlyBuffer();
  private static final int MAGIC_AT = 257;

  private final Path blobs;
  /** Whether a file is a tar, by its name; a blob never changes. */
  private final Map<String, Boolean> tars = new HashMap<>();

  ContentStore(Path folder) {
    this.blobs = folder.resolve("blobs").resolve("sha256");
  }

  /** All of them; none where nobody may read them, or there is no such store. */
  synchronized List<Digest> layers() {
    var layers = new ArrayList<Digest>();
    if (!Files.isReadable(blobs)) {
      return layers;
    }
    var seen = new HashSet<String>();
    try (var files = Files.newDirectoryStream(blobs)) {
      for (var file : files) {
        var hex = file.getFileName().toString();
        seen.add(hex);
        if (HEX.matcher(hex).matches() && tars.computeIfAbsent(hex, _ -> isTar(file))) {
          layers.add(new Digest(Digest.Algorithm.SHA256, hex));
        }
      }
      tars.keySet().retainAll(seen);
      return layers;
    } catch (IOException e) {
      return layers; // it is the engine's, which may remove it at any time
    }
  }

  private static boolean isTar(Path file) {
    var found = ByteBuffer.allocate(MAGIC.capacity());
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.read(found, MAGIC_AT) == MAGIC.capacity() && MAGIC.equals(found.flip());
    } catch (IOException e) {
      return false; // it is not to be read, whatever it is
    }
  }

  /** The file of a blob that is there. */
  Optional<Path> find(Digest digest) {
    var file = blobs.resolve(digest.hex());
    return digest.algorithm() == Digest.Algorithm.SHA256 && Files.isReadable(file)
        ? Optional.of(file)
        : Optional.empty();
  }
}
