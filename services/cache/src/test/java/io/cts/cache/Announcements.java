package io.cts.cache;

import io.cts.blobs.BlobWriter;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerTranscoder;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.ImageStored;
import io.cts.contract.LayerEncoded;
import io.cts.contract.LayerFeatures;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.Platform;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullPlanned.WantedEncoding;
import io.cts.contract.PullReady;
import io.cts.contract.PullRequested;
import io.cts.contract.PullRequested.Origin;
import io.cts.contract.Topics;
import io.cts.delta.tar.TarIndexFormat;
import io.cts.delta.tar.TarIndexer;
import io.cts.messaging.testing.TopicReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays probe-receiver, image-probe, decision and compression-worker. */
record Announcements(TopicReader topics, BlobWriter blobs) {

  /** Asks for an image and sees to it until the pull is ready; with {@code wanted} of each layer where it is given. */
  PullReady ready(String name, TestImage image, Encoding... wanted) throws IOException {
    return ready(name, features(image), image, wanted);
  }

  /** The same, of an image whose layers have indexes. */
  PullReady readyAndIndexed(String name, TestImage image, Encoding... wanted) throws IOException {
    var features = new ArrayList<LayerFeatures>();
    for (var layer : features(image)) {
      features.add(indexed(layer, image.tars.get(image.layers.indexOf(layer.layer()))));
    }
    return ready(name, features, image, wanted);
  }

  private LayerFeatures indexed(LayerFeatures layer, byte[] tar) throws IOException {
    var indexer = new TarIndexer();
    indexer.accept(tar, 0, tar.length);
    var index = TarIndexFormat.toBytes(indexer.finish(layer.diffId()));
    try (var upload = blobs.begin()) {
      upload.write(index, 0, index.length);
      upload.commit(Digest.sha256(index));
    }
    return new LayerFeatures(layer.layer(), layer.storedAs(), layer.storedSizeBytes(), layer.diffId(),
        layer.sizeBytes(), layer.fileCount(), layer.bytesByClass(), layer.entropyBitsPerByte(), layer.samples(),
        Digest.sha256(index));
  }

  private PullReady ready(String name, List<LayerFeatures> features, TestImage image, Encoding... wanted)
      throws IOException {
    var stored = stored(name);
    topics.publish(new ImageProfiled(EventId.random(), Instant.now(), stored.pull(), stored.image(),
        stored.manifest(), stored.config(), stored.platform(), stored.leftAsIs() == null ? features : List.of(),
        stored.leftAsIs()));
    var encodings = new ArrayList<WantedEncoding>();
    for (var layer : features) {
      for (var encoding : wanted) {
        encodings.add(new WantedEncoding(layer.layer(), layer.storedAs(), layer.diffId(), layer.sizeBytes(), encoding));
      }
    }
    topics.publish(new PullPlanned(EventId.random(), Instant.now(), stored.pull(), stored.manifest(), null,
        EngineClass.OTHER, new Plan(Form.ORIGINAL, List.of(), 1, 1, 1, 1, "test", "a test"), encodings));
    for (var layer : features) {
      for (var encoding : wanted) {
        topics.publish(encode(image, layer, encoding));
      }
    }
    return topics.await(Topics.PULL_READY, event -> event.pull().equals(stored.pull()));
  }

  /** Asks for an image and waits until it is stored. */
  ImageStored stored(String name) {
    var pull = request(name, null);
    return topics.await(Topics.IMAGE_STORED, event -> event.pull().equals(pull));
  }

  /** Asks for an image that cannot be had. */
  PullFailed failed(String name, @Nullable String platform) {
    var pull = request(name, platform);
    return topics.await(Topics.PULL_FAILED, event -> event.pull().equals(pull));
  }

  private PullId request(String name, @Nullable String platform) {
    var request = new PullRequested(EventId.random(), Instant.now(), PullId.random(), ImageRef.parse(name),
        platform == null ? null : Platform.parse(platform), null, null, Objective.LATENCY, Origin.API);
    topics.publish(request);
    return request.pull();
  }

  private LayerEncoded encode(TestImage image, LayerFeatures layer, Encoding encoding) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var made = new LayerTranscoder(new ByteArrayInputStream(image.blob(layer.layer())), layer.storedAs(),
        DecodeBounds.LAYER, encoding).transcodeTo(bytes);
    try (var upload = blobs.begin()) {
      upload.write(bytes.toByteArray(), 0, bytes.size());
      upload.commit(made.encoded());
    }
    return new LayerEncoded(EventId.random(), Instant.now(), layer.layer(), layer.diffId(), encoding,
        Codecs.version(encoding), made.encoded(), made.encodedBytes(), made.plainBytes(), 0.1);
  }

  private static List<LayerFeatures> features(TestImage image) {
    var features = new ArrayList<LayerFeatures>();
    for (var i = 0; i < image.layers.size(); i++) {
      features.add(new LayerFeatures(image.layers.get(i), image.storedAs, image.blob(image.layers.get(i)).length,
          image.diffId(i), image.tars.get(i).length, 2, List.of(), 5, List.of()));
    }
    return features;
  }
}
