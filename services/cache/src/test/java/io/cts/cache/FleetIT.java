package io.cts.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cts.blobs.BlobWriter;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.FixedForm;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.Platform;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With the policy {@code fleet} every node sees one digest; with platforms configured an index waits for them. */
@WithKafkaAndPostgres
class FleetIT {
  private static final TestRegistry UPSTREAM = TestRegistry.open();
  private static CacheProcess cache;

  @BeforeAll
  static void start() {
    cache = CacheProcess.start("fleet", UPSTREAM, "--cts.cache.forms=fleet",
        "--cts.cache.index-platforms=linux/amd64,linux/arm64");
  }

  @AfterAll
  static void stop() {
    cache.close();
    UPSTREAM.close();
  }

  @Test
  void every_engine_is_answered_the_same_digest_in_a_form_that_all_read(TopicReader topics) throws Exception {
    var image = TestImage.gzip(111, 1, 64);
    UPSTREAM.push("one-digest", image);

    ready(topics, "test.local/fleet/app:one-digest", image);

    var digest = cache.bean(Catalog.class).made(image.manifest.digest(), Form.PLAIN).orElseThrow().digest();
    assertThat(answers("fleet/app", "one-digest")).containsOnly(digest.toString());
  }

  @Test
  void what_a_node_took_before_it_was_ready_stays_the_whole_fleets(TopicReader topics) throws Exception {
    var image = TestImage.gzip(112, 1, 64);
    UPSTREAM.push("early", image);
    var docker = Client.docker(cache.port());
    docker.head("/v2/test.local/fleet/app/manifests/early");
    docker.get("/v2/test.local/fleet/app/manifests/" + image.manifest.digest());

    new Announcements(topics, cache.bean(BlobWriter.class)).ready("test.local/fleet/app:early", image,
        Encoding.zstd(3));

    assertThat(answers("fleet/app", "early")).containsOnly(image.manifest.digest().toString());
  }

  @Test
  void a_poll_decides_nothing(TopicReader topics) throws Exception {
    var image = TestImage.gzip(113, 1, 64);
    UPSTREAM.push("looked-at", image);
    Client.docker(cache.port()).head("/v2/test.local/fleet/app/manifests/looked-at");

    ready(topics, "test.local/fleet/app:looked-at", image);

    assertThat(answers("fleet/app", "looked-at")).doesNotContain(image.manifest.digest().toString());
  }

  @Test
  void an_index_waits_for_the_platforms_that_are_wanted(TopicReader topics) throws Exception {
    var amd64 = TestImage.gzip(114, 1, 64);
    var arm64 = TestImage.gzip(115, 1, 64);
    var riscv = TestImage.gzip(116, 1, 64);
    UPSTREAM.push("amd64", amd64);
    UPSTREAM.push("arm64", arm64);
    UPSTREAM.push("riscv64", riscv);
    var index = Documents.index(List.of(entry(amd64.manifest, "linux/amd64"), entry(arm64.manifest, "linux/arm64"),
        entry(riscv.manifest, "linux/riscv64")), Map.of());
    UPSTREAM.push("three", index);

    ready(topics, "test.local/three/app:three", amd64);
    assertThat(answers("three/app", "three")).containsOnly(index.digest().toString());

    ready(topics, "test.local/three/app@" + arm64.manifest.digest(), arm64);
    assertThat(answers("three/app", "three")).doesNotContain(index.digest().toString()).hasSize(4);
    var manifest = Client.docker(cache.port()).get("/v2/test.local/three/app/manifests/three").body();
    assertThat(new String(manifest, UTF_8)).contains(riscv.manifest.digest().toString())
        .doesNotContain(amd64.manifest.digest().toString(), arm64.manifest.digest().toString());
  }

  private static void ready(TopicReader topics, String name, TestImage image) throws Exception {
    new Announcements(topics, cache.bean(BlobWriter.class)).ready(name, image, Encoding.zstd(3));
    cache.bean(Catalog.class).fix(image.manifest.digest(), EngineClass.OTHER, new FixedForm(Form.PLAIN, "a test"));
  }

  /** What each kind of engine is told to be the tag's digest. */
  private static List<String> answers(String name, String tag) throws Exception {
    var client = Client.docker(cache.port());
    var digests = new ArrayList<String>();
    for (var engine : List.of(Client.DOCKER_20, "docker/28.5.2 go/go1.24", Client.CONTAINERD_2,
        "containers/5.23.1 (github.com/containers/image)")) {
      digests.add(client.named(engine)
          .head("/v2/test.local/" + name + "/manifests/" + tag)
          .headers()
          .firstValue("Docker-Content-Digest")
          .orElseThrow());
    }
    return digests;
  }

  private static Descriptor entry(RawManifest manifest, String platform) {
    return new Descriptor(MediaTypes.OCI_MANIFEST, manifest.digest(), manifest.sizeBytes(), Platform.parse(platform),
        null, List.of(), Map.of());
  }
}
