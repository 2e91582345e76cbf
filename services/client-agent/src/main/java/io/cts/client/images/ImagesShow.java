package io.cts.client.images;

import static io.cts.client.Quantities.bytes;
import static io.cts.client.Quantities.text;

import io.cts.client.CommandFailed;
import io.cts.client.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** Shows what CTS holds of an image. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "Shows what CTS holds of an image: its layers, and the encodings that were made of each.", footer = {
    "", "Example:", "  cts images show quay.io/org/app:1 --platform linux/arm64"})
final class ImagesShow implements Callable<Integer> {
  @Mixin
  private ImageQuestion question;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var image = question.ask();
    output.object(image);
    output.line("image    " + text(image.path("image")) + "  " + text(image.path("platform")));
    for (var name : List.of("original", "plain", "zstd", "index", "config")) {
      if (image.path(name).isString()) {
        output.line("%-8s %s".formatted(name, image.path(name).stringValue()));
      }
    }
    if (image.path("leftAsIs").isString()) {
      output.line("left as the upstream has it: " + image.path("leftAsIs").stringValue());
    }
    forms("%-16s gets %s, %s", image.path("forms"));
    forms("%-16s gets %s of the index, %s", image.path("indexForms"));
    output.line("");
    output.table(layers(image.path("layers")));
    return 0;
  }

  private void forms(String line, JsonNode forms) {
    for (var form : forms) {
      output.line(
          line.formatted(text(form.path("engineClass")), text(form.path("form")), text(form.path("reason"))));
    }
  }

  /** A row for each layer as it is stored, and one for each encoding that was made of it. */
  static Output.Table layers(JsonNode layers) {
    var rows = new ArrayList<List<String>>();
    for (var layer : layers) {
      rows.add(List.of(text(layer.path("layer")), text(layer.path("storedAs")) + " (upstream's)",
          bytes(layer.path("storedSizeBytes")), bytes(layer.path("sizeBytes"))));
      for (var variant : layer.path("variants")) {
        rows.add(List.of("", text(variant.path("encoding")), bytes(variant.path("sizeBytes")), ""));
      }
    }
    return new Output.Table(List.of("layer", "encoding", "bytes", "uncompressed"), rows);
  }
}
