package io.cts.delta.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cts.contract.Digest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TarIndexTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());
  private final Random random = new Random(SEED);

  @Test
  void members_are_told_with_their_places_and_contents() {
    var index = index(new TarWriter().file("a", "same").pax("path=b/longer").file("b", "same").file("empty", "").end());
    assertThat(index.members()).extracting(TarIndex.Member::name).containsExactly("a", "b/longer", "empty");
    var first = index.members().get(0);
    var second = index.members().get(1);
    assertThat(first.content()).isNotNull().isEqualTo(second.content());
    assertThat(index.members().get(2).content()).isNull();
    assertThat(second.entry().headerOffset()).isEqualTo(1024);
    assertThat(second.dataOffset()).isEqualTo(1024 + 3 * 512);
  }

  @Test
  void an_archive_behind_the_end_of_another_is_indexed_too() {
    var index = index(new TarWriter().file("a", "1").raw(new TarWriter().end()).file("b", "2").end());
    assertThat(index.members()).extracting(TarIndex.Member::name).containsExactly("a", "b");
    assertThat(index.members().get(1).entry().headerOffset()).isEqualTo(2 * 512 + 1024);
  }

  @Test
  void a_layer_that_is_no_tar_has_no_members() {
    var index = index(noise(5000));
    assertThat(index.members()).isEmpty();
    assertThat(index.bytes()).isEqualTo(5000);
  }

  @Test
  void a_tar_of_more_files_than_memory_is_meant_for_has_no_members() {
    var name = "n".repeat(90);
    var header = Arrays.copyOf(new TarWriter().file(name, "").end(), 512);
    var indexer = new TarIndexer();
    var files = TarIndexer.MOST_BYTES / (TarIndexer.MEMBER_BYTES + name.length()) + 1;
    for (var i = 0L; i < files; i++) {
      indexer.accept(header, 0, header.length);
    }
    var index = indexer.finish(Digest.sha256(header));
    assertThat(index.members()).isEmpty();
    assertThat(index.bytes()).isEqualTo(files * header.length);
  }

  @Test
  void it_does_not_matter_how_the_bytes_are_cut() {
    var tar = new TarWriter().file("a", noise(50_000)).gnuLongName("b".repeat(150)).file("b", noise(3000)).end();
    var indexer = new TarIndexer();
    for (var done = 0; done < tar.length;) {
      var count = Math.min(tar.length - done, 1 + random.nextInt(700));
      indexer.accept(tar, done, count);
      done += count;
    }
    assertThat(indexer.finish(Digest.sha256(tar))).as("-Dcts.seed=%d", SEED).isEqualTo(index(tar));
  }

  @Test
  void files_that_are_much_alike_share_features_and_others_do_not() {
    var content = noise(200_000);
    var alike = content.clone();
    for (var i = 0; i < 20; i++) {
      alike[random.nextInt(alike.length)]++;
    }
    var moved = Arrays.copyOfRange(content, 1000, content.length);
    var members = index(
        new TarWriter().file("a", content).file("b", alike).file("c", moved).file("d", noise(200_000)).end()).members();
    assertThat(members.get(0).sketch().inCommonWith(members.get(1).sketch())).as("-Dcts.seed=%d", SEED).isPositive();
    assertThat(members.get(0).sketch().inCommonWith(members.get(2).sketch())).as("-Dcts.seed=%d", SEED).isPositive();
    assertThat(members.get(0).sketch().inCommonWith(members.get(3).sketch())).isZero();
  }

  @Test
  void an_index_that_is_kept_comes_back() throws Exception {
    var tar = new TarWriter();
    for (var i = 0; i < 500; i++) {
      tar.file("usr/share/" + random.nextInt(10) + "/" + i + "/ü𝄞", noise(random.nextInt(5000)));
    }
    var index = index(tar.end());
    var kept = TarIndexFormat.toBytes(index);
    assertThat(TarIndexFormat.parse(kept)).isEqualTo(index);
    assertThat(kept.length).isLessThan(60 * 500);
  }

  @Test
  void what_is_no_index_is_told() {
    var kept = TarIndexFormat.toBytes(index(new TarWriter().file("a", "1").file("b", "2").end()));
    assertThatExceptionOfType(MalformedIndex.class).isThrownBy(() -> TarIndexFormat.parse(new byte[100]))
        .withMessageContaining("index the layer again");
    for (var length = 0; length < kept.length; length++) {
      var cut = Arrays.copyOf(kept, length);
      var failure = catchThrowable(() -> TarIndexFormat.parse(cut));
      // without its seek table it is whole
      assertThat(failure == null || failure instanceof IOException).as("cut at %d: %s", length, failure).isTrue();
    }
    kept[20] ^= 1;
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> TarIndexFormat.parse(kept));
  }

  private byte[] noise(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static TarIndex index(byte[] tar) {
    var indexer = new TarIndexer();
    indexer.accept(tar, 0, tar.length);
    return indexer.finish(Digest.sha256(tar));
  }
}
