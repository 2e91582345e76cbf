package io.cts.client.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TarWriterTest {

  @Test
  void a_tar_holds_names_up_to_what_ustar_can() throws IOException {
    var longName = "a/".repeat(60) + "name";
    assertThat(TarWriter.takes(longName)).isTrue();
    assertThat(TarWriter.takes("n".repeat(101))).isFalse();

    var out = new ByteArrayOutputStream();
    var tar = new TarWriter(out);
    tar.file(longName, "hello".getBytes(UTF_8));
    tar.end();

    var bytes = out.toByteArray();
    assertThat(bytes).hasSize(512 + 512 + 1024);
    var prefix = new String(Arrays.copyOfRange(bytes, 345, 500), UTF_8).replace("\0", "");
    var name = new String(Arrays.copyOfRange(bytes, 0, 100), UTF_8).replace("\0", "");
    assertThat(prefix + "/" + name).isEqualTo(longName);
  }
}
