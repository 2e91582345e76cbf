package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.pull.Destination;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.LayerPiece;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.TarWriter;
import io.cts.oci.Manifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.Reference;
import io.cts.oci.Upstream;
import io.cts.oci.Upstreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A real image before and after its security updates, as infra/lab/images makes it: a base that stays, and a layer of
 * applications that changes. For thin links there are smaller ones: of every so many files one, the same before and after.
 */
final class UpdatedImage {
  private static final String NAME = "app";

  private final ImageMaker maker;
  private final Path base;
  private final Map<String, Path> applications = new HashMap<>();
  private final Map<String, LayerPiece> pieces = new HashMap<>();

  /**
   * @param layout made by infra/lab/images/build
   * @param work for what is made of it
   */
  UpdatedImage(Path layout, Path work) throws IOException, CommandFailed {
    this.maker = new ImageMaker(work.resolve("pieces"));
    this.base = work.resolve("base");
    try (var upstream = Upstreams.parse("lab.local", "oci:" + layout)) {
      for (var tag : List.of("v1", "v2")) {
        if (!(ManifestDocument.parse(
            upstream.manifest(NAME, new Reference.Tag(tag))) instanceof Manifest image) || image.layers().size() != 2) {
          throw new CommandFailed(
              layout + " has no image " + tag + " of two layers; make it with infra/lab/images/build");
        }
        unpack(upstream, image, 0, base);
        unpack(upstream, image, 1, applications.computeIfAbsent(tag, work::resolve));
      }
    }
  }

  private static void unpack(Upstream upstream, Manifest image, int layer, Path folder)
      throws IOException, CommandFailed {
    if (Files.exists(folder)) {
      return;
    }
    Files.createDirectories(folder);
    var tar = new ProcessBuilder("tar", "-xzf", "-", "-C", folder.toString(), "--no-same-owner", "--exclude=dev/*")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolveSibling("tar.log").toFile()))
        .start();
    try (var in = upstream.blob(NAME, image.layers().get(layer).digest(), 0); var out = tar.getOutputStream()) {
      in.transferTo(out);
    }
    try {
      if (tar.waitFor() != 0) {
        throw new CommandFailed("tried to unpack a layer into " + folder + " but tar ended with code "
            + tar.exitValue() + "; what it said is in " + folder.resolveSibling("tar.log"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("unpacking was given up", e);
    }
  }

  /**
   * Makes {@code REPOSITORY:v1} or {@code :v2}: an image that no other repository has, of layers that others may have.
   *
   * @param oneOf of so many files one is taken
   */
  MadeImage make(String repository, String tag, int oneOf, Function<String, Destination> destination)
      throws IOException {
    var name = repository + ":" + tag;
    var mark = maker.last(tar -> tar.file("etc/lab/" + tag, repository.getBytes(StandardCharsets.UTF_8)));
    var application = Objects.requireNonNull(applications.get(tag), tag);
    return maker.image(name, destination.apply(name), List.of(List.of(piece("base", base, oneOf)),
        List.of(piece(tag, application, oneOf)), List.of(mark)));
  }

  /** Makes {@code REPOSITORY:new-N}: the older image's files in layers that nobody else has. */
  MadeImage makeUnread(String repository, int number, int oneOf, Function<String, Destination> destination)
      throws IOException {
    var tag = "new-" + number;
    var name = repository + ":" + tag;
    var mark = name.getBytes(StandardCharsets.UTF_8);
    var layers = new ArrayList<List<LayerPiece>>();
    for (var tree : List.of(base, Objects.requireNonNull(applications.get("v1")))) {
      layers.add(List.of(maker.last(tar -> {
        tar.file("etc/lab/" + tag, mark);
        write(tree, oneOf, tar);
      })));
    }
    return maker.image(name, destination.apply(name), layers);
  }

  private LayerPiece piece(String name, Path tree, int oneOf) throws IOException {
    var key = name + " 1/" + oneOf;
    var made = pieces.get(key);
    if (made == null) {
      made = maker.last(tar -> write(tree, oneOf, tar));
      pieces.put(key, made);
    }
    return made;
  }

  private static void write(Path tree, int oneOf, TarWriter tar) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (var file : files.filter(it -> Files.isRegularFile(it, LinkOption.NOFOLLOW_LINKS)).sorted().toList()) {
        var path = tree.relativize(file).toString();
        // a version in a file's name changes with an update: it is the same file all the same
        if (Math.floorMod(path.replaceAll("[0-9.]+", "").hashCode(), oneOf) == 0 && TarWriter.takes(path)) {
          tar.file(path, file);
        }
      }
    }
  }
}
