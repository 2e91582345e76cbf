package io.cts.cache.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.FixedForm;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.Variant;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.DatabaseGate;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

class ClassFormsTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final Engine CONTAINERD = Engine.parse("containerd-2.1.9");
  private static final NodeId NODE = NodeId.of("the-node");
  private static final Repository REPOSITORY = new Repository("docker.io", "library/app");
  private static final double THIN = 20;
  private static final double FAST = 100_000;

  private final Clock clock = Clock.fixed(NOON, ZoneOffset.UTC);
  private final JdbcClient database = mock(JdbcClient.class, RETURNS_DEEP_STUBS);
  private final WriteBehind writes = new WriteBehind(new DatabaseGate(clock), new SimpleMeterRegistry());
  private final Catalog catalog = new Catalog();
  private final Knowledge knowledge = new Knowledge(clock);
  private final Sightings sightings = new Sightings(database, writes, clock, Duration.ofHours(24));
  private final ClassForms forms = new ClassForms(catalog, new CatalogStore(catalog, database, new JsonMapper()),
      writes,
      knowledge, sightings);

  @AfterEach
  void stop() throws InterruptedException {
    writes.close();
  }

  @Test
  void a_class_gets_the_form_that_suits_its_typical_node_whoever_asks_first() {
    var image = ready("app", "layer");
    for (var i = 0; i < 6; i++) {
      measured(NodeId.of("thin-" + i), THIN);
    }
    measured(NODE, FAST);

    assertThat(forms.of(CONTAINERD, NODE, REPOSITORY, image)).contains(Form.PLAIN);
    assertThat(catalog.fixed(image.manifest(), EngineClass.CONTAINERD)).get()
        .extracting(FixedForm::reason)
        .asString()
        .startsWith("for what is typical of containerd: plain form");
  }

  @Test
  void where_too_few_of_a_class_were_measured_the_node_that_asks_stands_for_them() {
    var image = ready("app", "layer");
    measured(NodeId.of("thin"), THIN);
    measured(NODE, FAST);

    assertThat(forms.of(CONTAINERD, NODE, REPOSITORY, image)).contains(Form.ZSTD);
    assertThat(catalog.fixed(image.manifest(), EngineClass.CONTAINERD)).get()
        .extracting(FixedForm::reason)
        .asString()
        .startsWith("for the-node, as too few of containerd were measured: zstd form");
  }

  @Test
  void a_form_once_fixed_stays() {
    var image = ready("app", "layer");
    measured(NODE, FAST);
    forms.of(CONTAINERD, NODE, REPOSITORY, image);
    for (var i = 0; i < 6; i++) {
      measured(NodeId.of("thin-" + i), THIN);
    }

    assertThat(forms.of(CONTAINERD, NodeId.of("thin-1"), REPOSITORY, image)).contains(Form.ZSTD);
  }

  @Test
  void an_image_that_shares_a_layer_with_another_of_its_repository_gets_the_others_form() {
    var first = ready("first", "layer");
    var second = ready("second", "layer");
    sightings.confirm(REPOSITORY, first.manifest());
    measured(NODE, THIN);
    forms.of(CONTAINERD, NODE, REPOSITORY, first);
    measured(NODE, FAST);

    assertThat(forms.of(CONTAINERD, NODE, REPOSITORY, second)).contains(Form.PLAIN);
    assertThat(catalog.fixed(second.manifest(), EngineClass.CONTAINERD)).get()
        .extracting(FixedForm::reason)
        .asString()
        .contains(first.manifest().abbreviated(), "in common");
  }

  @Test
  void an_image_that_is_not_ready_has_no_form_yet() {
    var image = stored("app", "layer");

    assertThat(forms.of(CONTAINERD, NODE, REPOSITORY, image)).isEmpty();
  }

  private void measured(NodeId node, double mbps) {
    knowledge.on(new NodeProfiled(EventId.random(), NOON, new NodeProfile(node, CONTAINERD,
        NodeProfile.Source.ACTIVE, mbps, false, 0.0, List.of(), null, null, null, 1, NOON)));
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  private StoredImage stored(String name, String layer) {
    var image = new StoredImage(digest(name), digest(name + " config"), 1000, Platform.parse("linux/amd64"),
        List.of(new StoredLayer(digest(layer), MediaTypes.OCI_LAYER_GZIP, 151_000_000)), Map.of(), null);
    catalog.add(new LayerFeatures(digest(layer), CodecFamily.GZIP, 151_000_000, digest(layer + " tar"), 365_000_000, 1,
        List.of(), 5, List.of()));
    catalog.add(image);
    return image;
  }

  private StoredImage ready(String name, String layer) {
    var image = stored(name, layer);
    var variant = new Variant(digest(layer + " tar"), Encoding.zstd(3), digest(layer), "1",
        digest(layer + " zstd"), 133_000_000);
    catalog.add(variant);
    made(image, Form.PLAIN, new Descriptor(MediaTypes.OCI_LAYER, variant.diffId(), 365_000_000));
    made(image, Form.ZSTD, new Descriptor(MediaTypes.OCI_LAYER_ZSTD, digest(layer + " zstd"), 133_000_000));
    catalog.markReady(image.manifest());
    return image;
  }

  private void made(StoredImage image, Form form, Descriptor layer) {
    var config = new Descriptor(MediaTypes.OCI_CONFIG, image.config(), image.configSizeBytes());
    catalog.add(new MadeManifest(Documents.manifest(config, List.of(layer), Map.of()), image.manifest(), form, null));
  }
}
