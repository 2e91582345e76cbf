package io.cts.client;

import io.cts.client.pull.Client;
import io.cts.client.pull.PullResult;
import io.cts.client.pull.Puller;
import io.cts.client.pull.RateLimit;
import io.cts.client.pull.Source;
import io.cts.contract.CodecFamily;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.oci.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pulls an image through CTS, verifies every byte of it, and says what it took. */
@Command(name = "pull", mixinStandardHelpOptions = true, sortOptions = false, description = "Pulls an image through CTS and verifies every digest of it.", footer = {
    "", "Examples:", "  cts pull quay.io/org/app:1 --to docker", "  cts pull quay.io/org/app:1 --to oci:app",
    "  cts pull docker.io/library/nginx:1.27 --limit-rate 20Mbit --json",
    "What a pull that was killed had fetched for --to is not fetched again."})
final class PullCommand implements Callable<Integer> {
  @Parameters(paramLabel = "IMAGE", description = "Upstream, repository and tag or digest, as in quay.io/org/app:1.")
  private ImageRef image;

  @Option(names = "--to", paramLabel = "PLACE", description = "docker, containerd or podman of this machine, oci:DIR (a folder in the OCI layout) or docker-archive:FILE; without it the image is verified and forgotten.")
  private @Nullable String to;

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Of an image of several platforms (default: Linux on this machine's processor).")
  private @Nullable Platform platform;

  @Option(names = "--limit-rate", paramLabel = "SPEED", description = "Take no more than this from the network, as in 20Mbit.")
  private @Nullable RateLimit limit;

  @Option(names = "--codecs", paramLabel = "CODEC", split = ",", defaultValue = "zstd,lz4,gzip", description = "What layers may travel in (default: ${DEFAULT-VALUE}).")
  private List<CodecFamily> codecs;

  @Option(names = "--parallel", paramLabel = "N", defaultValue = "4", description = "Layers at once (default: 4).")
  private int parallel;

  @Option(names = "--report-to", paramLabel = "PULL", description = "Report what it took, under this pull's id (default: the one that CTS names).")
  private @Nullable PullId announced;

  @Mixin
  private NodeName name;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws IOException, CommandFailed {
    var node = name.node();
    var client = new Client(Version.text(), node, limit, Set.copyOf(codecs), parallel);
    var source = new Source(server.registry(), image.name(), Reference.of(image));
    var puller = new Puller(client, source, platform == null ? linuxHere() : platform, ImagePlace.of(to, image));
    puller.whenFetched(layer -> output.progress(fetched(layer)));
    PullResult result;
    try (var _ = new Progress(output, puller::wireBytes)) {
      result = puller.pull();
    }
    print(result);
    var pull = announced != null ? announced : result.pull();
    if (pull != null) {
      report(pull, node, result);
    }
    return 0;
  }

  /** The image is here whether CTS hears of it or not. */
  private void report(PullId pull, NodeId node, PullResult result) throws CommandFailed {
    var report = new Report(server.api());
    try {
      report.send(pull, node, result);
    } catch (CommandFailed e) {
      output.progress("the image is here, but CTS could not be told what it took: " + e.getMessage());
    }
  }

  /** Containers are Linux's, whatever this machine is. */
  private static Platform linuxHere() {
    return new Platform("linux", Platform.here().architecture(), null);
  }

  private void print(PullResult result) {
    output.object(result);
    var rows = result.layers()
        .stream()
        .map(layer -> List.of(layer.diffId().abbreviated(), layer.held() ? "held" : layer.encodingText(),
            Sizes.text(layer.sizeBytes()), Sizes.text(layer.wireBytes()), seconds(layer.seconds()),
            seconds(layer.decodeSeconds())))
        .toList();
    output
        .table(new Output.Table(List.of("layer", "encoding", "size", "on the wire", "seconds", "decode CPU s"), rows));
    output.line(output.styled("bold", image.toString()) + " as " + result.form() + ", image ID "
        + result.config().abbreviated() + ": " + Sizes.text(result.wireBytes()) + " in " + seconds(result.seconds())
        + " s" + (limit == null ? "" : " at " + limit) + ", every digest verified"
        + (to == null ? "" : ", in " + to) + saved(result));
  }

  private static String fetched(PullResult.LayerResult layer) {
    var name = "layer " + layer.diffId().abbreviated() + ": ";
    return layer.held()
        ? name + "held"
        : name + Sizes.text(layer.wireBytes()) + " on the wire as " + layer.encodingText() + " for "
            + Sizes.text(layer.sizeBytes()) + ", in " + seconds(layer.seconds()) + " s";
  }

  private static String saved(PullResult result) {
    if (result.originalBytes() == null || result.originalBytes() <= 0) {
      return "";
    }
    var fetched = result.layers().stream().mapToLong(PullResult.LayerResult::wireBytes).sum();
    return String.format(Locale.ROOT, "; the original's layers are %s, %.0f %% of that came",
        Sizes.text(result.originalBytes()), 100.0 * fetched / result.originalBytes());
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds);
  }
}
