package io.cts.client.images;

import static io.cts.client.Quantities.bytes;

import io.cts.client.CommandFailed;
import io.cts.client.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds the images of the services and of the agent from the jars that lie here. */
// @formatter:off
@Command(name = "build", mixinStandardHelpOptions = true, sortOptions = false,
    description = {"Builds the images of CTS, of the jars that were built here, and prints their sizes.",
        "Needs Docker with BuildKit. Takes a minute or two the first time, seconds after a change of code."},
    footer = {"", "Examples:", "  cts images build",
        "  cts images build --prefix registry.example/cts --tag 1.2 cache",
        "  cts images build --jre cts-stand-in/jre:25    on a base that infra/images/stand-ins made"})
// @formatter:on
final class ImagesBuild implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Which ones: ${COMPLETION-CANDIDATES} (default: all).")
  private List<OwnImage> names = List.of();
  @Option(names = "--prefix", paramLabel = "PREFIX", defaultValue = "${env:CTS_IMAGES:-cts}", description = "Before the names, such as registry.example/cts; CTS_IMAGES (default: ${DEFAULT-VALUE}).")
  private String prefix;
  @Option(names = "--tag", paramLabel = "TAG", defaultValue = "${env:CTS_TAG:-latest}", description = "CTS_TAG (default: ${DEFAULT-VALUE}).")
  private String tag;
  @Option(names = "--jre", paramLabel = "IMAGE", defaultValue = "${env:CTS_JRE_IMAGE}", description = "The Java 25 that services run on, CTS_JRE_IMAGE (default: the Dockerfile's, eclipse-temurin:25-jre).")
  private @Nullable String jre;
  @Option(names = "--docker", paramLabel = "PROGRAM", defaultValue = "docker", description = "The program that builds (default: ${DEFAULT-VALUE}).")
  private String docker;
  @Option(names = "--launcher", paramLabel = "FILE", defaultValue = "${env:CTS_LAUNCHER:-./cts}", hidden = true, description = "The program beside which CTS lies.")
  private Path launcher;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed, IOException {
    var home = launcher.toAbsolutePath().resolveSibling(".").normalize();
    var staged = home.resolve("target/images");
    output.progress("laying out " + staged + " …");
    new Program(home, List.of(home.resolve("infra/images/stage").toString(), staged.toString())).run();
    var rows = new ArrayList<List<String>>();
    for (var image : names.isEmpty() ? List.of(OwnImage.values()) : names) {
      var name = prefix + "/" + image + ":" + tag;
      output.progress("building " + name + " …");
      new Program(home, build(home, staged, image, name)).run();
      var sizeBytes = Long.parseLong(new Program(home,
          List.of(docker, "image", "inspect", "--format", "{{.Size}}", name)).run());
      var ownBytes = OwnImage.ownBytes(new Program(home,
          List.of(docker, "history", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", "--no-trunc", name))
          .run());
      var built = new LinkedHashMap<String, Object>();
      built.put("image", name);
      built.put("sizeBytes", sizeBytes);
      built.put("codeBytes", ownBytes);
      output.object(built);
      rows.add(List.of(name, bytes(sizeBytes), bytes(ownBytes)));
    }
    output.table(new Output.Table(List.of("image", "bytes", "of them CTS's code"), rows));
    return 0;
  }

  private List<String> build(Path home, Path staged, OwnImage image, String name) {
    var line = new ArrayList<>(List.of(docker, "build", "--quiet", "--file",
        home.resolve("infra/images/Dockerfile").toString(), "--build-arg", "STAGED=from-host", "--tag", name));
    line.addAll(image.arguments());
    if (jre != null) {
      line.addAll(List.of("--build-arg", "JRE_IMAGE=" + jre));
    }
    line.add(staged.toString());
    return line;
  }
}
