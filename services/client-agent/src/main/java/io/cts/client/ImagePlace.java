package io.cts.client;

import io.cts.client.pull.Destination;
import io.cts.client.pull.HandedOver;
import io.cts.client.pull.HandedOver.Archive;
import io.cts.client.pull.LayoutFolder;
import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where {@code cts pull --to} puts an image. */
final class ImagePlace {
  private static final int BUFFER = 1 << 16;

  private ImagePlace() {}

  static Destination of(@Nullable String to, ImageRef image) throws CommandFailed {
    if (to == null) {
      return Destination.NOWHERE;
    }
    var colon = to.indexOf(':');
    var argument = to.substring(colon + 1);
    var kind = colon < 0 ? to : to.substring(0, colon + 1);
    if (kind.endsWith(":") && argument.isEmpty()) {
      throw none(to);
    }
    return switch (kind) {
      case "oci:" -> new LayoutFolder(Path.of(argument), image.repository() + ":" + tag(image));
      case "docker-archive:" -> handedOver(image, to, archive -> file(archive, Path.of(argument)));
      case "docker" -> handedOver(image, to, archive -> load(archive, "docker", "load", "--quiet"));
      case "podman" -> handedOver(image, to, archive -> load(archive, "podman", "load", "--quiet"));
      case "containerd" -> handedOver(image, to, archive -> load(archive, "ctr", "images", "import", "-"));
      default -> throw none(to);
    };
  }

  private static CommandFailed none(String to) {
    return new CommandFailed("--to " + to + " is no place for an image; write docker, containerd, podman, oci:DIR or"
        + " docker-archive:FILE");
  }

  private static String tag(ImageRef image) {
    return image.tag() == null ? "latest" : image.tag();
  }

  /** Blobs lie under a name that a second attempt finds again. */
  private static Destination handedOver(ImageRef image, String to, HandedOver.Taker taker) {
    var name = Digest.sha256((image + " " + to).getBytes(StandardCharsets.UTF_8)).abbreviated();
    var folder = Path.of(System.getProperty("user.home"), ".cache", "cts-pull", name);
    return new HandedOver(folder, image.tag() == null ? null : image.name() + ":" + image.tag(), taker);
  }

  private static void file(Archive archive, Path file) throws IOException {
    var whole = file.toAbsolutePath();
    var part = Files.createTempFile(whole.getParent(), ".part-", "");
    try {
      try (var out = new BufferedOutputStream(Files.newOutputStream(part), BUFFER)) {
        archive.writeTo(out);
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void load(Archive archive, String... command) throws IOException {
    var text = String.join(" ", command);
    var said = Files.createTempFile("cts-load-", ".txt");
    try {
      Process engine;
      try {
        engine = new ProcessBuilder(List.of(command)).redirectErrorStream(true).redirectOutput(said.toFile()).start();
      } catch (IOException e) {
        throw new IOException("tried to run \"" + text + "\" but it cannot be started (" + e.getMessage()
            + "); install " + command[0] + ", or choose another --to", e);
      }
      IOException broken = null;
      try (var out = new BufferedOutputStream(engine.getOutputStream(), BUFFER)) {
        archive.writeTo(out);
      } catch (IOException e) {
        broken = e;
      }
      var code = engine.waitFor();
      if (code != 0 || broken != null) {
        throw new IOException("tried to hand the image to \"" + text + "\" but it "
            + (code != 0 ? "ended with code " + code : "broke off") + ": " + Files.readString(said).strip()
            + "; what was fetched is kept for the next try", broken);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("handing the image to \"" + text + "\" was given up", e);
    } finally {
      Files.deleteIfExists(said);
    }
  }
}
