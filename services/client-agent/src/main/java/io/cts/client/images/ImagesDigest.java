package io.cts.client.images;

import io.cts.client.CommandFailed;
import io.cts.client.Output;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells an image's digest in each form. */
@Command(name = "digest", mixinStandardHelpOptions = true, description = "Tells an image's digest in each form that CTS can serve now, and of its index and configuration.", footer = {
    "", "Example:", "  cts images digest docker.io/library/nginx:1.27"})
final class ImagesDigest implements Callable<Integer> {
  private static final List<String> NAMES = List.of("original", "plain", "zstd", "index", "config");

  @Mixin
  private ImageQuestion question;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var image = question.ask();
    var digests = new LinkedHashMap<String, String>();
    for (var name : NAMES) {
      if (image.path(name).isString()) {
        digests.put(name, image.path(name).stringValue());
      }
    }
    digests.forEach((name, digest) -> output.line("%-8s %s".formatted(name, digest)));
    output.object(digests);
    return 0;
  }
}
