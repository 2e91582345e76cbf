package io.cts.client.demo;

import io.cts.client.pull.LayoutFolder;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.LayerPiece;
import io.cts.client.sandbox.MachineFiles;
import io.cts.client.sandbox.MadeImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the demo's images of real files of this machine. */
final class DemoImages {
  private static final long MB = 1_000_000;

  private final Path layout;
  private final ImageMaker maker;
  private final MachineFiles files = new MachineFiles();

  /**
   * @param layout folder that the images are added to
   * @param pieces folder for what they are made of
   */
  DemoImages(Path layout, Path pieces) throws IOException {
    this.layout = layout;
    this.maker = new ImageMaker(pieces);
  }

  /** A runtime, and an application on libraries: about 25 MB as they would be pulled. */
  List<MadeImage> make() throws IOException {
    return List.of(
        image("demo/runtime:1", files.jdkTexts(3 * MB), files.jdkBinaries(40 * MB)),
        image("demo/app:1", files.jdkTexts(1 * MB), files.classes(14 * MB), files.jars(5 * MB),
            tar -> tar.file("app/etc/app.conf", "greeting = hello from the CTS demo\n"
                .getBytes(StandardCharsets.UTF_8))));
  }

  private MadeImage image(String name, LayerPiece.Content... contents) throws IOException {
    var layers = new ArrayList<List<LayerPiece>>();
    for (var content : contents) {
      layers.add(List.of(maker.last(content)));
    }
    return maker.image(name, new LayoutFolder(layout, name), layers);
  }
}
