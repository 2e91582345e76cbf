package io.cts.client.images;

import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Images as CTS holds them, and CTS's own. */
@Command(name = "images", mixinStandardHelpOptions = true, description = "Tells what CTS holds of an image. Alone, it builds the images of CTS itself, as \"cts images build\" does.", subcommands = {
    ImagesBuild.class, ImagesDigest.class, ImagesShow.class})
public final class ImagesCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    return Objects.requireNonNull(spec.subcommands().get("build")).execute();
  }
}
