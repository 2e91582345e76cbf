package io.cts.client.agent;

import io.cts.client.pull.Reply;
import io.cts.codec.MalformedLayer;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.delta.BaseMissing;
import io.cts.delta.DeltaMismatch;
import io.cts.delta.LayerBytes;
import io.cts.delta.apply.DeltaApplier;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A layer that comes as its difference to layers in the store. */
final class DeltaTransfer implements Transfer {
  private final Reply reply;
  private final Digest diffId;
  private final LayerStore store;
  private final Spool spool;
  private final AtomicLong wire = new AtomicLong();
  private final Set<Digest> bases = ConcurrentHashMap.newKeySet();

  DeltaTransfer(Reply reply, Digest diffId, LayerStore store) throws IOException {
    this.reply = reply;
    this.diffId = diffId;
    this.store = store;
    this.spool = new Spool(store.spools());
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
    try (reply; var delta = new Counted(reply.body(), wire)) {
      new DeltaApplier(this::base).apply(delta, diffId, spool.appending());
      spool.ends();
    } catch (BaseMissing e) {
      throw failedOf(Set.of(e.diffId()), e);
    } catch (DeltaMismatch | MalformedLayer e) {
      throw failedOf(bases, e); // one of them is damaged
    } catch (IOException e) {
      spool.fails(e);
      throw e;
    }
  }

  /** No other delta is to fail of the same. */
  private IOException failedOf(Set<Digest> wrong, IOException e) throws IOException {
    spool.fails(e);
    for (var base : wrong) {
      store.remove(base);
    }
    return e;
  }

  private LayerBytes base(Digest base) throws IOException {
    bases.add(base);
    return store.base(base);
  }

  @Override
  public void fail(IOException why) {
    spool.fails(why);
    reply.close();
  }

  @Override
  public Spool spool() {
    return spool;
  }

  @Override
  public long wireBytes() {
    return wire.get();
  }

  @Override
  public void close() throws IOException {
    reply.close();
    spool.close();
  }

  private static final class Counted extends InputStream {
    private final InputStream in;
    private final AtomicLong count;

    Counted(InputStream in, AtomicLong count) {
      this.in = in;
      this.count = count;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var read = in.read(into, offset, length);
      count.addAndGet(Math.max(0, read));
      return read;
    }
  }
}
