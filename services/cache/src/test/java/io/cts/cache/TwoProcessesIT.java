package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobWriter;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.FixedForm;
import io.cts.cache.learning.Learner;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.Platform;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two cache processes over one database, one store and one Kafka, as behind a load balancer. */
@WithKafkaAndPostgres
class TwoProcessesIT {
  private static final TestRegistry UPSTREAM = TestRegistry.open();
  private static CacheProcess one;
  private static CacheProcess other;

  @BeforeAll
  static void start() {
    one = CacheProcess.start("one", UPSTREAM);
    other = CacheProcess.start("other", UPSTREAM);
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
    UPSTREAM.close();
  }

  @AfterEach
  void heal() {
    UPSTREAM.heal();
  }

  @Test
  void an_image_that_both_work_on_is_fetched_once_made_ready_and_served_by_each(TopicReader topics) throws Exception {
    var image = TestImage.gzip(71, 3, 64);
    UPSTREAM.push("shared", image);

    var ready = new Announcements(topics, one.bean(BlobWriter.class)).ready("test.local/shared/app:shared", image,
        Encoding.zstd(3));

    assertThat(ready.forms()).hasSize(3);
    for (var process : List.of(one, other)) {
      var containerd = Client.containerd(process.port());
      for (var form : ready.forms()) {
        var manifest = containerd.get("/v2/test.local/shared/app/manifests/" + form.manifest()).body();
        assertThat(Digest.sha256(manifest)).isEqualTo(form.manifest());
        for (var layer : Manifest.parse(RawManifest.of(MediaTypes.OCI_MANIFEST, manifest)).layers()) {
          var blob = containerd.get("/v2/test.local/shared/app/blobs/" + layer.digest());
          assertThat(Digest.sha256(Client.decoded(blob))).isEqualTo(layer.digest());
        }
      }
    }
    for (var layer : image.layers) {
      assertThat(UPSTREAM.requestsFor("GET /v2/shared/app/blobs/" + layer)).isOne();
    }
  }

  @Test
  void an_index_that_one_has_made_is_served_by_the_other_at_once(TopicReader topics) throws Exception {
    var image = TestImage.gzip(72, 1, 64);
    UPSTREAM.push("child", image);
    UPSTREAM.push("index", Documents.index(List.of(new Descriptor(MediaTypes.OCI_MANIFEST, image.manifest.digest(),
        image.manifest.sizeBytes(), Platform.parse("linux/amd64"), null, List.of(), Map.of())), Map.of()));
    new Announcements(topics, one.bean(BlobWriter.class)).ready("test.local/index/app:index", image, Encoding.zstd(3));
    one.bean(Learner.class).catchUp();
    one.bean(Catalog.class)
        .fix(image.manifest.digest(), EngineClass.CONTAINERD, new FixedForm(Form.ZSTD, "a test"));

    var index = Client.containerd(one.port()).head("/v2/test.local/index/app/manifests/index");
    var digest = Digest.parse(index.headers().firstValue("Docker-Content-Digest").orElseThrow());
    var same = Client.containerd(other.port()).get("/v2/test.local/index/app/manifests/" + digest);

    assertThat(index.headers().firstValue("CTS-Form")).contains("zstd");
    assertThat(same.statusCode()).isEqualTo(200);
    assertThat(Digest.sha256(same.body())).isEqualTo(digest);
  }

  @Test
  void the_plain_form_of_what_nobody_has_read_is_made_again_by_the_other() throws Exception {
    var image = TestImage.gzip(74, 1, 64);
    UPSTREAM.push("unread", image);
    var agent = Agent.enrol(one.port());
    var sameAgent = new Agent(other.port(), agent.id(), agent.token());
    var manifests = "/v2/test.local/unread/app/manifests/";

    var answer = agent.get(manifests + "unread");
    var digest = Digest.sha256(answer.body());

    assertThat(answer.headers().firstValue("CTS-Form")).contains("plain");
    await().untilAsserted(
        () -> assertThat(sameAgent.getMade(manifests + digest, image.manifest.digest()).body())
            .isEqualTo(answer.body()));
    assertThat(sameAgent.get("/v2/test.local/unread/app/blobs/" + image.diffId(0)).statusCode()).isEqualTo(200);
  }

  @Test
  void a_form_that_one_has_fixed_is_the_others_too() {
    var original = Digest.sha256(new byte[]{1});
    one.bean(CatalogStore.class)
        .save(original, EngineClass.DOCKER, new FixedForm(Form.PLAIN, "a test"));

    await().until(() -> other.bean(Catalog.class).form(original, EngineClass.DOCKER).isPresent());
  }

  @Test
  void what_commits_late_is_learnt_although_later_transactions_are_known_already() throws Exception {
    var late = Digest.sha256(new byte[]{2});
    var early = Digest.sha256(new byte[]{3});
    try (var slow = one.bean(DataSource.class).getConnection();
        var quick = one.bean(DataSource.class).getConnection()) {
      slow.setAutoCommit(false);
      fix(slow, late);
      quick.setAutoCommit(true);
      fix(quick, early);
      await().until(() -> other.bean(Catalog.class).form(early, EngineClass.DOCKER).isPresent());
      assertThat(other.bean(Catalog.class).form(late, EngineClass.DOCKER)).isEmpty();

      slow.commit();
      slow.setAutoCommit(true);
    }

    await().until(() -> other.bean(Catalog.class).form(late, EngineClass.DOCKER).isPresent());
  }

  private static void fix(Connection connection, Digest original) throws SQLException {
    try (var statement = connection
        .prepareStatement("insert into forms (original, engine_class, form) values (?, ?, ?)")) {
      statement.setString(1, original.toString());
      statement.setString(2, EngineClass.DOCKER.toString());
      statement.setString(3, Form.PLAIN.toString());
      statement.executeUpdate();
    }
  }

  @Test
  void a_refusal_that_one_has_seen_ends_what_the_other_serves() throws Exception { // pain 5
    var image = TestImage.gzip(73, 1, 16);
    UPSTREAM.push("closes", image);
    var name = "/v2/test.local/closes/app/";
    Client.docker(one.port()).get(name + "manifests/closes");
    Client.docker(one.port()).get(name + "blobs/" + image.layers.getFirst());
    assertThat(Client.docker(other.port()).get(name + "manifests/" + image.manifest.digest()).statusCode())
        .isEqualTo(200);

    UPSTREAM.failWith = 401;
    Client.docker(one.port()).get(name + "manifests/closes");

    await().until(
        () -> Client.docker(other.port()).get(name + "manifests/" + image.manifest.digest()).statusCode() == 401);
    assertThat(Client.docker(other.port()).get(name + "blobs/" + image.layers.getFirst()).statusCode()).isEqualTo(401);
  }

  @Test
  void an_announced_pull_is_taken_over_wherever_its_node_comes(TopicReader topics) throws Exception {
    for (var process : List.of(one, other)) {
      var tag = "announced-" + process.port();
      var image = TestImage.gzip(process.port(), 1, 16);
      UPSTREAM.push(tag, image);
      var ready = new Announcements(topics, one.bean(BlobWriter.class)).ready("test.local/announced/app:" + tag, image);
      assertThat(process.bean(Learner.class).catchUp()).isTrue();

      var pulled = Client.docker(process.port()).get("/v2/test.local/announced/app/manifests/" + tag);

      assertThat(pulled.headers().firstValue("CTS-Pull")).contains(ready.pull().toString());
    }
  }

  @Test
  void what_nobody_has_is_looked_for_once() {
    var learner = other.bean(Learner.class);
    var nobodys = Digest.sha256(new byte[]{4});
    await().until(learner::isInStep);

    assertThat(learner.lookAgain(nobodys)).isTrue();
    assertThat(learner.lookAgain(nobodys)).isFalse();
  }
}
