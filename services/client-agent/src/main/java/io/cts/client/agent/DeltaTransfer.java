package io.cts.client.agent;

import io.cts.client.agent.Transfer.Spooled;
import io.cts.codec.MalformedLayer;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.delta.BaseMissing;
import io.cts.delta.DeltaMismatch;
import io.cts.delta.LayerBytes;
import io.cts.delta.apply.DeltaApplier;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A layer that comes as its difference to layers in the store. The delta itself comes as any variant does, and is applied
 * while it comes; one is applied at a time, for the memory that it takes.
 */
final class DeltaTransfer implements Transfer {
  private final Spooled delta;
  private final Digest diffId;
  private final LayerStore store;
  private final Semaphore applying;
  private final Spool spool;
  private final Set<Digest> bases = ConcurrentHashMap.newKeySet();

  /** @param delta closed with this */
  DeltaTransfer(Spooled delta, Digest diffId, LayerStore store, Semaphore applying) throws IOException {
    this.delta = delta;
    this.diffId = diffId;
    this.store = store;
    this.applying = applying;
    this.spool = store.spool();
  }

  @Override
  public CodecFamily coding() {
    return CodecFamily.IDENTITY;
  }

  @Override
  public @Nullable Encoding encoding() {
    return null;
  }

  @Override
  public InputStream follow() {
    return spool.follow();
  }

  @Override
  public void run() throws IOException {
    var bringing = Thread.ofVirtual().name("delta " + diffId.abbreviated()).start(this::bring);
    applying.acquireUninterruptibly();
    try (var in = delta.follow()) {
      new DeltaApplier(this::base).apply(in, diffId, spool.appending());
      spool.ends();
    } catch (BaseMissing e) {
      throw failedOf(Set.of(e.diffId()), e);
    } catch (DeltaMismatch | MalformedLayer | EOFException e) {
      throw failedOf(bases, e); // one of them is damaged
    } catch (IOException e) {
      fail(e);
      throw e;
    } catch (RuntimeException | Error e) {
      fail(new IOException("applying the delta failed: " + e, e));
      throw e;
    } finally {
      applying.release();
      bringing.interrupt();
    }
  }

  private void bring() {
    try {
      delta.run();
    } catch (IOException e) {
      delta.fail(e); // whoever applies it is told
    } catch (RuntimeException | Error e) {
      delta.fail(new IOException("fetching the delta failed: " + e, e));
    }
  }

  /** No other delta is to fail of the same. */
  private IOException failedOf(Set<Digest> wrong, IOException e) throws IOException {
    fail(e);
    for (var base : wrong) {
      store.remove(base);
    }
    return e;
  }

  private LayerBytes base(Digest base) throws IOException {
    try {
      var layer = store.base(base);
      bases.add(base);
      return layer;
    } catch (MalformedLayer e) {
      throw new BaseMissing(base); // it is there, and cannot be read
    }
  }

  @Override
  public void fail(IOException why) {
    spool.fails(why);
    delta.fail(why);
  }

  @Override
  public Spool spool() {
    return spool;
  }

  @Override
  public long wireBytes() {
    return delta.wireBytes();
  }

  @Override
  public void close() throws IOException {
    try (delta) {
      spool.close();
    }
  }
}
