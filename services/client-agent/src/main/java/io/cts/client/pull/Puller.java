package io.cts.client.pull;

import io.cts.client.pull.PullResult.LayerResult;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Form;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.oci.Descriptor;
import io.cts.oci.ImageConfig;
import io.cts.oci.ImageIndex;
import io.cts.oci.MalformedManifest;
import io.cts.oci.Manifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import io.cts.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pulls an image as an engine does: the manifest by its tag, the configuration, the layers in parallel. Every digest is
 * verified: manifest, configuration, each layer's own and each layer's content. Used once.
 */
public final class Puller {
  private static final int MOST_INDEXES = 3;

  private final Client client;
  private final Source source;
  private final Platform platform;
  private final Destination destination;
  private final AtomicLong wireBytes = new AtomicLong();
  private Form form = Form.ORIGINAL;
  private @Nullable PullId pull;
  private @Nullable String originalDigest;
  private Consumer<LayerResult> whenFetched = _ -> {};

  public Puller(Client client, Source source, Platform platform, Destination destination) {
    this.client = client;
    this.source = source;
    this.platform = platform;
    this.destination = destination;
  }

  /** Has {@code listener} told of each layer as soon as it is there, by several threads. */
  public void whenFetched(Consumer<LayerResult> listener) {
    whenFetched = listener;
  }

  /** Bytes that came so far; may be read while another thread pulls. */
  public long wireBytes() {
    return wireBytes.get();
  }

  /**
   * Pulls.
   *
   * @throws PullFailed if the image does not come, or any part of it is not what its name says
   * @throws IOException of the destination
   */
  public PullResult pull() throws IOException {
    var started = System.nanoTime();
    try (var connection = new Connection(client)) {
      var manifest = manifest(connection);
      var config = config(connection, manifest);
      var layers = layers(connection, manifest, config);
      destination.complete(manifest.raw());
      var seconds = (System.nanoTime() - started) / 1e9;
      // asked last, as the answer says something about another form
      return new PullResult(form, manifest.digest(), manifest.config().digest(), pull, layers, wireBytes.get(), seconds,
          originalBytes(connection, manifest));
    }
  }

  private Manifest manifest(Connection connection) throws IOException {
    var reference = source.reference();
    for (var depth = 0; depth <= MOST_INDEXES; depth++) {
      var tried = "fetch manifest " + reference + " of " + source.name();
      try {
        switch (ManifestDocument.parse(fetchManifest(connection, tried, reference))) {
          case Manifest manifest -> {
            return manifest;
          }
          case ImageIndex index -> reference = new Reference.Exact(child(index, tried).digest());
        }
      } catch (MalformedManifest e) {
        throw new PullFailed(tried, "it cannot be used: " + e.getMessage(), "report it to the image's owner", e);
      }
    }
    throw new PullFailed("find an image in " + source.name(), "indexes are nested too deep",
        "report it to the image's owner");
  }

  private Descriptor child(ImageIndex index, String tried) throws PullFailed {
    return index.choose(platform)
        .orElseThrow(() -> new PullFailed(tried, "there is no image for " + platform + " among "
            + index.manifests().stream().filter(entry -> !entry.isAttestation()).map(Descriptor::platform).toList(),
            "choose another with --platform"));
  }

  /** What the layers are as their upstream has them: for people who want to know what was saved, so nothing fails. */
  private @Nullable Long originalBytes(Connection connection, Manifest pulled) {
    var named = originalDigest;
    if (named == null) {
      return null;
    }
    try {
      var original = new Reference.Exact(Digest.parse(named));
      var manifest = original.digest().equals(pulled.digest())
          ? pulled
          : ManifestDocument.parse(fetchManifest(connection, "fetch manifest " + original, original));
      return manifest instanceof Manifest image
          ? (Long) image.layers().stream().mapToLong(Descriptor::sizeBytes).sum()
          : null;
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  private RawManifest fetchManifest(Connection connection, String tried, Reference reference) throws IOException {
    try (var response = connection.get(tried, source.manifest(reference),
        Map.of("Accept", MediaTypes.ACCEPT_MANIFESTS))) {
      var bytes = body(response, RawManifest.MOST_BYTES, tried);
      var type = response.header("Content-Type");
      var mediaType = type == null ? "" : type.split(";", 2)[0].strip();
      note(response);
      return reference instanceof Reference.Exact exact
          ? RawManifest.named(exact.digest(), mediaType, bytes)
          : RawManifest.of(mediaType, bytes);
    }
  }

  /** What CTS says about the pull. The form of the last manifest counts: that of the image. */
  private void note(Reply response) {
    var formText = response.header("CTS-Form");
    for (var candidate : Form.values()) {
      if (candidate.toString().equals(formText)) {
        form = candidate;
      }
    }
    originalDigest = response.header("CTS-Original-Digest");
    var pullText = response.header("CTS-Pull");
    if (pullText != null) {
      try {
        pull = PullId.parse(pullText);
      } catch (IllegalArgumentException e) {
        pull = null; // not for us to judge: the pull itself needs no name
      }
    }
  }

  private ImageConfig config(Connection connection, Manifest manifest) throws IOException {
    var descriptor = manifest.config();
    var tried = "fetch configuration " + descriptor.digest() + " of " + source.name();
    if (!manifest.isImage()) {
      throw new PullFailed(tried, "it is no image but " + descriptor.mediaType(), "pull it with a tool for artifacts");
    }
    try (var response = connection.get(tried, source.blob(descriptor.digest()), Map.of("Accept-Encoding", "identity"));
        var slot = destination.slot(descriptor.digest())) {
      var bytes = body(response, ImageConfig.MOST_BYTES, tried);
      if (!Digest.sha256(bytes).equals(descriptor.digest())) {
        throw new PullFailed(tried, "its bytes are " + Digest.sha256(bytes),
            "pull again, and report it if it stays so");
      }
      slot.out().write(bytes);
      slot.keep();
      var config = ImageConfig.parse(bytes);
      if (config.diffIds().size() != manifest.layers().size()) {
        throw new PullFailed(tried, "it names " + config.diffIds().size() + " layers and the manifest "
            + manifest.layers().size(), "report it to the image's owner");
      }
      return config;
    } catch (MalformedManifest e) {
      throw new PullFailed(tried, "it cannot be used: " + e.getMessage(), "report it to the image's owner", e);
    }
  }

  private byte[] body(Reply response, int most, String tried) throws IOException {
    var bytes = new WireInput(response.body(), client.limit(), wireBytes::addAndGet)
        .readNBytes(most + 1);
    if (bytes.length > most) {
      throw new PullFailed(tried, "it is longer than " + most + " bytes", "report it to the image's owner");
    }
    return bytes;
  }

  private record Wanted(Descriptor layer, CodecFamily storedAs, Digest diffId) {}

  private ArrayList<LayerResult> layers(Connection connection, Manifest manifest, ImageConfig config)
      throws IOException {
    var wanted = new LinkedHashMap<Digest, Wanted>(); // the same layer twice is fetched once
    for (var i = 0; i < manifest.layers().size(); i++) {
      var layer = manifest.layers().get(i);
      var storedAs = MediaTypes.layerCodec(layer.mediaType());
      if (storedAs.isEmpty()) {
        throw new PullFailed("fetch layer " + layer.digest() + " of " + source.name(),
            "it is " + layer.mediaType() + ", which this client does not read", "pull it with another client");
      }
      wanted.putIfAbsent(layer.digest(), new Wanted(layer, storedAs.get(), config.diffIds().get(i)));
    }
    var results = fetchAll(connection, wanted);
    var inOrder = new ArrayList<LayerResult>();
    wanted.keySet().forEach(digest -> inOrder.add(results.get(digest)));
    return inOrder;
  }

  /** The largest first: what comes last should be short. */
  private Map<Digest, LayerResult> fetchAll(Connection connection, Map<Digest, Wanted> wanted) throws IOException {
    var download = new LayerDownload(connection, client, source, destination, wireBytes);
    var results = new LinkedHashMap<Digest, LayerResult>();
    try (var threads = Executors.newFixedThreadPool(client.parallel(),
        Thread.ofPlatform().daemon().name("layer-", 0).factory())) {
      var tasks = new ExecutorCompletionService<LayerResult>(threads);
      wanted.values()
          .stream()
          .sorted(Comparator.comparingLong((Wanted it) -> it.layer.sizeBytes()).reversed())
          .forEach(it -> tasks.submit(() -> {
            var result = download.fetch(it.layer, it.storedAs, it.diffId);
            whenFetched.accept(result);
            return result;
          }));
      try {
        for (var i = 0; i < wanted.size(); i++) {
          var result = finished(tasks.take());
          results.put(result.layer(), result);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PullFailed("fetch the layers of " + source.name(), "the pull was given up", "start it again", e);
      } finally {
        threads.shutdownNow();
        if (results.size() < wanted.size()) {
          connection.close(); // frees those who wait for bytes
        }
      }
    }
    return results;
  }

  private static LayerResult finished(Future<LayerResult> task) throws IOException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException("fetching a layer failed", e);
      }
    }
  }
}
