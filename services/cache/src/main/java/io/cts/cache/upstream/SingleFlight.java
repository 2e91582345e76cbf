package io.cts.cache.upstream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Work that many ask for and one does. Done on a virtual thread: whoever asked may stop waiting. */
public final class SingleFlight<K, V> {
  private final ConcurrentMap<K, CompletableFuture<V>> flying = new ConcurrentHashMap<>();

  public interface Work<V> {
    V call() throws Exception;
  }

  /** The result of the work that is under way for {@code key}, begun now if there is none. */
  public CompletableFuture<V> of(K key, Work<V> work) {
    var mine = new CompletableFuture<V>();
    var other = flying.putIfAbsent(key, mine);
    if (other != null) {
      return other;
    }
    Thread.ofVirtual().name("for " + key).start(() -> {
      try {
        var result = work.call();
        flying.remove(key, mine);
        mine.complete(result);
      } catch (Throwable e) {
        flying.remove(key, mine);
        mine.completeExceptionally(e);
      }
    });
    return mine;
  }
}
