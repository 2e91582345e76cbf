package io.cts.cache.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cts.contract.Digest;
import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.Sketch;
import io.cts.delta.tar.TarEntry;
import io.cts.delta.tar.TarIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileDedupTest {
  private static final Digest DIFF_ID = Digest.sha256(new byte[0]);

  @Test
  void a_content_counts_once_however_many_layers_have_it() {
    var dedup = new FileDedup(1000);
    dedup.add(index(content(1), content(2)));
    dedup.add(index(content(2), content(3), content(3)));

    assertThat(dedup.bytes()).isEqualTo(5 * 512);
    assertThat(dedup.uniqueBytes()).isEqualTo(3 * 512);
  }

  @Test
  void with_too_many_to_remember_the_ratio_of_some_is_told() {
    var dedup = new FileDedup(500);
    var random = new Random(4);
    var contents = new ArrayList<ContentId>();
    for (var i = 0; i < 10_000; i++) {
      contents.add(new ContentId(random.nextLong(), random.nextLong()));
    }
    dedup.add(index(contents.toArray(ContentId[]::new)));
    dedup.add(index(contents.toArray(ContentId[]::new)));

    assertThat(dedup.bytes()).isEqualTo(20_000 * 512);
    assertThat((double) dedup.uniqueBytes() / dedup.bytes()).isCloseTo(0.5, within(0.1));
  }

  @Test
  void nothing_is_there_once() {
    assertThat(new FileDedup(10).uniqueBytes()).isZero();
  }

  private static ContentId content(long number) {
    return new ContentId(number, number);
  }

  private static TarIndex index(ContentId... contents) {
    var members = new ArrayList<TarIndex.Member>();
    for (var i = 0; i < contents.length; i++) {
      members.add(new TarIndex.Member(new TarEntry("file" + i, '0', 1024L * i, 1024L * i + 512, 512), contents[i],
          Sketch.NONE));
    }
    return new TarIndex(DIFF_ID, 1024L * contents.length, List.copyOf(members));
  }
}
