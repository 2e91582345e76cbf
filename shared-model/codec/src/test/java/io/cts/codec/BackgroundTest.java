package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class BackgroundTest {
  private final Background background = new Background();

  @Test
  void a_thread_that_gives_way_and_those_that_it_starts_have_a_lower_priority_than_others() throws Exception {
    var other = onItsOwnThread(BackgroundTest::nice);

    var child = onItsOwnThread(() -> {
      background.giveWay();
      return onItsOwnThread(BackgroundTest::nice);
    });

    assertThat(child).isEqualTo(Math.max(10, other));
    assertThat(onItsOwnThread(BackgroundTest::nice)).as("another thread").isEqualTo(other);
  }

  @Test
  void giving_way_twice_is_giving_way_once() throws Exception {
    var once = onItsOwnThread(() -> {
      background.giveWay();
      return nice();
    });
    var twice = onItsOwnThread(() -> {
      background.giveWay();
      background.giveWay();
      return nice();
    });

    assertThat(twice).isEqualTo(once);
  }

  /** proc(5), /proc/PID/stat: what follows the name in brackets begins with field 3, and nice is field 19. */
  private static int nice() throws Exception {
    var stat = Files.readString(Path.of("/proc/thread-self/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
  }

  private static <T> T onItsOwnThread(Callable<T> work) throws Exception {
    var task = new FutureTask<>(work);
    Thread.ofPlatform().start(task);
    return task.get();
  }
}
