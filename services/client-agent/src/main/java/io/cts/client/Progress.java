package io.cts.client;

import java.util.function.LongSupplier;

/** Shows, once a second until it is closed, how many bytes have come: on a terminal only. */
final class Progress implements AutoCloseable {
  private final Thread thread;

  Progress(Output output, LongSupplier bytes) {
    thread = Thread.ofVirtual().unstarted(() -> {
      try {
        while (true) {
          Thread.sleep(1_000);
          output.transientProgress(Sizes.text(bytes.getAsLong()) + " so far");
        }
      } catch (InterruptedException e) {
        output.transientProgress("");
      }
    });
    if (output.isWatched()) {
      thread.start();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
