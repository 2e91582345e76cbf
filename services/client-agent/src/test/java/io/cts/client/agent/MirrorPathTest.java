package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.client.agent.MirrorPath.Base;
import io.cts.client.agent.MirrorPath.BlobPath;
import io.cts.client.agent.MirrorPath.ListPath;
import io.cts.client.agent.MirrorPath.ManifestPath;
import io.cts.client.agent.MirrorPath.MirroredName;
import io.cts.contract.Digest;
import io.cts.oci.Reference;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorPathTest {
  private static final Digest BLOB = Digest.sha256("blob".getBytes(StandardCharsets.UTF_8));

  @ParameterizedTest
  @CsvSource({
      // docker and podman as mirror of docker.io
      "nginx,, docker.io/library/nginx",
      "library/nginx,, docker.io/library/nginx",
      // a name prefix, and podman's configured path
      "quay.io/org/app,, quay.io/org/app",
      "localhost:5000/app,, localhost:5000/app",
      // containerd
      "org/app, quay.io, quay.io/org/app",
      "library/nginx, docker.io, docker.io/library/nginx",
      "library/nginx, registry-1.docker.io, docker.io/library/nginx"})
  void a_name_says_the_registry_or_means_docker_hub(String name, @Nullable String ns, String expected)
      throws MirrorFailure {
    var path = MirrorPath.parse("/v2/" + name + "/manifests/1", ns);

    assertThat(path).isEqualTo(new ManifestPath(named(expected), new Reference.Tag("1")));
  }

  private static MirroredName named(String path) {
    var slash = path.indexOf('/');
    return new MirroredName(path.substring(0, slash), path.substring(slash + 1));
  }

  @Test
  void every_endpoint_is_told_apart() throws MirrorFailure {
    assertThat(MirrorPath.parse("/v2/", null)).isEqualTo(new Base());
    assertThat(MirrorPath.parse("/v2/quay.io/a/blobs/" + BLOB, null))
        .isEqualTo(new BlobPath(named("quay.io/a"), BLOB));
    assertThat(MirrorPath.parse("/v2/quay.io/a/manifests/" + BLOB, null))
        .isEqualTo(new ManifestPath(named("quay.io/a"), new Reference.Exact(BLOB)));
    assertThat(MirrorPath.parse("/v2/quay.io/a/tags/list", null))
        .isEqualTo(new ListPath(named("quay.io/a"), "tags/list"));
  }

  @ParameterizedTest
  @CsvSource({"/v1/, 404", "/v2/a, 404", "/v2/a/other/b, 404", "/v2/quay.io/A/manifests/1, 400",
      "/v2/quay.io/a/blobs/sha256:12, 400", "/v2/quay.io/a/manifests/a$b, 400"})
  void what_is_none_is_refused(String path, int status) {
    assertThatThrownBy(() -> MirrorPath.parse(path, null))
        .isInstanceOfSatisfying(MirrorFailure.class, failure -> assertThat(failure.status()).isEqualTo(status));
  }
}
