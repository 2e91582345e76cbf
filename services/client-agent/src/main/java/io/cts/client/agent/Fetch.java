package io.cts.client.agent;

import io.cts.contract.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way to all who ask for it meanwhile. Origins are tried in turn; when one fails in the middle, readers go
 * on with the next where they were.
 */
final class Fetch implements Closeable {
  private final Digest digest;
  private final List<Origin> origins;
  private final Semaphore slots;
  private final AgentLog log;
  private final List<Transfer> begun = new ArrayList<>();
  private int at = -1;
  private @Nullable Transfer current;
  private @Nullable IOException failure;
  private boolean closed;
  private long began;
  private double wireSeconds;

  /** @param slots are what may be in flight at once */
  Fetch(Digest digest, List<Origin> origins, Semaphore slots, AgentLog log) {
    this.digest = digest;
    this.origins = origins;
    this.slots = slots;
    this.log = log;
    next(null);
  }

  private synchronized void next(@Nullable IOException why) {
    at++;
    current = null;
    if (why != null && !closed && !(why instanceof NoSuchFileException)) { // not to be in the store is no news
      log.say("blob " + digest + " from " + origins.get(at - 1).name() + ": " + why.getMessage());
    }
    if (closed || at >= origins.size()) {
      failure = new IOException("blob " + digest + " could be had from nowhere: "
          + (why == null ? "there is no place to ask" : why.getMessage()), why);
      notifyAll();
      return;
    }
    var number = at;
    var origin = origins.get(at);
    Thread.ofVirtual().name("fetch " + digest.abbreviated()).start(() -> run(number, origin));
  }

  private void run(int number, Origin origin) {
    var holdsSlot = origin.isRemote();
    if (holdsSlot) {
      slots.acquireUninterruptibly();
    }
    try {
      var transfer = origin.begin();
      if (!publish(transfer)) {
        return;
      }
      transfer.run();
      arrived();
    } catch (IOException e) {
      failed(number, e);
    } catch (RuntimeException | Error e) { // memory may run out: whoever waits is not to wait for ever
      failed(number, new IOException("this should not have happened: " + e, e));
    } finally {
      if (holdsSlot) {
        slots.release();
      }
    }
  }

  private synchronized boolean publish(Transfer transfer) throws IOException {
    if (closed) {
      transfer.close();
      return false;
    }
    begun.add(transfer);
    current = transfer;
    began = System.nanoTime();
    notifyAll();
    return true;
  }

  private synchronized void arrived() {
    wireSeconds = (System.nanoTime() - began) / 1e9;
  }

  private synchronized void failed(int number, IOException why) {
    if (number == at) {
      leave(why);
      next(why);
    }
  }

  private void leave(IOException why) {
    if (current != null) {
      current.fail(why); // readers that were still on it come for the next one
    }
  }

  /** What a reader found in {@code transfer} was wrong: the next origin's turn. */
  void reject(Transfer transfer, IOException why) throws IOException {
    synchronized (this) {
      if (transfer != current) {
        return;
      }
      origins.get(at).wasWrong();
      failed(at, why);
    }
  }

  /**
   * The transfer to read from, as soon as there is one.
   *
   * @param failed the one that failed before
   * @throws IOException if there is no other
   */
  synchronized Transfer transfer(@Nullable Transfer failed) throws IOException {
    while (true) {
      if (failure != null) {
        throw failure;
      }
      if (current != null && current != failed) {
        return current;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("waiting for blob " + digest + " was given up", e);
      }
    }
  }

  /** From the answer's beginning until the last byte was there; 0 while it is not. */
  synchronized double wireSeconds() {
    return wireSeconds;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      leave(new IOException("nobody wants it any more"));
      for (var transfer : begun) {
        transfer.close();
      }
    }
  }
}
