package io.cts.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.delta.apply.DeltaApplier;
import io.cts.delta.encode.DeltaEncoder;
import io.cts.delta.encode.Effort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Makes and applies deltas in memory. */
public final class Deltas {
  private Deltas() {}

  public static byte[] encode(byte[] layer, Effort effort, byte[]... bases) throws IOException {
    var olds = List.of(bases).stream().map(MemoryLayer::new).toList();
    var young = new MemoryLayer(layer);
    var out = new ByteArrayOutputStream();
    var encoded = new DeltaEncoder(2).encode(young, young.index(), olds.stream().map(MemoryLayer::index).toList(),
        MemoryLayer.bases(olds), effort, out);
    assertThat(encoded.deltaBytes()).isEqualTo(out.size());
    assertThat(encoded.layerBytes()).isEqualTo(layer.length);
    return out.toByteArray();
  }

  public static byte[] apply(byte[] delta, byte[] layer, byte[]... bases) throws IOException {
    var out = new ByteArrayOutputStream();
    applyTo(out, delta, layer, bases);
    return out.toByteArray();
  }

  public static void applyTo(ByteArrayOutputStream out, byte[] delta, byte[] layer, byte[]... bases)
      throws IOException {
    new DeltaApplier(MemoryLayer.bases(List.of(bases).stream().map(MemoryLayer::new).toList()))
        .apply(new ByteArrayInputStream(delta), new MemoryLayer(layer).diffId(), out);
  }
}
