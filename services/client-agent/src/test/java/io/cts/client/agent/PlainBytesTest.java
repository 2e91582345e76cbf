package io.cts.client.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.client.agent.Transfer.Spooled;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainBytesTest {
  private static final byte[] CONTENT = new byte[3_000_000];
  static {
    new Random(3).nextBytes(CONTENT);
  }

  @TempDir
  Path folder;
  private final StringWriter said = new StringWriter();

  /** A place whose bytes are all there at once. */
  private final class Place implements Origin {
    private final String name;
    private final CodecFamily coding;
    private final byte[] bytes;

    Place(String name, CodecFamily coding, byte[] bytes) {
      this.name = name;
      this.coding = coding;
      this.bytes = bytes;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Transfer begin() throws IOException {
      var spool = new Spool(folder, () -> false);
      return new Spooled(coding, null, spool, () -> {
        spool.write(0, bytes, bytes.length);
        spool.ends();
      }, () -> bytes.length, () -> {});
    }
  }

  private static byte[] zstd(byte[] plain) throws IOException {
    var encoded = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(CodecFamily.ZSTD).encoder(encoded, 1)) {
      encoder.write(plain);
    }
    return encoded.toByteArray();
  }

  private Fetch fetch(Origin... places) {
    return new Fetch(Digest.sha256(CONTENT), List.of(places), new Semaphore(3),
        new AgentLog(new PrintWriter(said, true)));
  }

  private static byte[] all(Fetch fetch) throws IOException {
    try (var in = new PlainBytes(fetch, DecodeBounds.plainSize(CONTENT.length))) {
      return in.readAllBytes();
    }
  }

  @Test
  void what_cannot_be_decoded_from_its_first_byte_on_comes_from_the_next_place() throws IOException {
    var noise = "this is no zstd".getBytes(UTF_8);
    try (var fetch = fetch(new Place("the first", CodecFamily.ZSTD, noise),
        new Place("the second", CodecFamily.LZ4, noise), new Place("the third", CodecFamily.ZSTD, zstd(CONTENT)))) {
      assertThat(all(fetch)).isEqualTo(CONTENT);
    }
    assertThat(said.toString()).contains("from the first: ", "from the second: ").doesNotContain("from the third");
  }

  @Test
  void what_breaks_in_the_middle_goes_on_elsewhere_at_the_same_byte() throws IOException {
    var encoded = zstd(CONTENT);
    try (var fetch = fetch(
        new Place("the first", CodecFamily.ZSTD, Arrays.copyOf(encoded, encoded.length / 2)),
        new Place("the second", CodecFamily.IDENTITY, CONTENT))) {
      assertThat(all(fetch)).isEqualTo(CONTENT);
    }
  }

  @Test
  void where_no_place_has_it_the_last_ones_trouble_is_told() throws IOException {
    try (var fetch = fetch(new Place("the only one", CodecFamily.ZSTD, "no zstd".getBytes(UTF_8)))) {
      assertThatThrownBy(() -> all(fetch)).hasMessageContaining("could be had from nowhere")
          .hasMessageContaining(Digest.sha256(CONTENT).toString());
    }
  }
}
