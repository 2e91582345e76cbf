package io.cts.client.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.FakeCts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImagesCommandTest {
  private static final String IMAGE = """
      {"image":"docker.io/library/nginx:1.27","platform":"linux/amd64","original":"sha256:aaaa","config":"sha256:cccc",
       "plain":"sha256:bbbb","forms":[{"engineClass":"docker","form":"plain","reason":"for any docker: plain is quicker"}],
       "layers":[{"layer":"sha256:1111","diffId":"sha256:2222","sizeBytes":90000000,
       "storedSizeBytes":37000000,"storedAs":"gzip",
       "variants":[{"encoding":"zstd-3","digest":"sha256:3333","sizeBytes":30000000}]}]}
      """
      .replace("\n", "");

  private final FakeCts cts = new FakeCts();

  @AfterEach
  void stop() {
    cts.close();
  }

  @Test
  void digest_tells_each_form_that_there_is() {
    cts.answers("GET /v1/images?image=nginx%3A1.27", 200, IMAGE);

    assertThat(cts.run("images", "digest", "nginx:1.27").out()).isEqualTo("""
        original sha256:aaaa
        plain    sha256:bbbb
        config   sha256:cccc
        """);
    assertThat(cts.run("images", "digest", "nginx:1.27", "--json").out())
        .isEqualTo("{\"original\":\"sha256:aaaa\",\"plain\":\"sha256:bbbb\",\"config\":\"sha256:cccc\"}\n");
  }

  @Test
  void show_tells_the_encodings_of_each_layer() {
    cts.answers("GET /v1/images?image=nginx&platform=linux%2Famd64", 200, IMAGE);

    assertThat(cts.run("images", "show", "nginx", "--platform", "linux/amd64").out()).isEqualTo("""
        image    docker.io/library/nginx:1.27  linux/amd64
        original sha256:aaaa
        plain    sha256:bbbb
        config   sha256:cccc
        docker           gets plain, for any docker: plain is quicker

        layer        encoding             bytes  uncompressed
        sha256:1111  gzip (upstream's)  37.0 MB       90.0 MB
                     zstd-3             30.0 MB
        """);
  }

  @Test
  void an_image_that_was_never_pulled_is_told_with_the_next_step() {
    cts.answers("GET /v1/images?image=nginx", 404,
        "{\"detail\":\"the image nginx was not pulled through CTS yet; announce it with \\\"cts pulls submit nginx\\\"\"}");

    var run = cts.run("images", "digest", "nginx");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).contains("announce it with \"cts pulls submit nginx\"");
  }
}
