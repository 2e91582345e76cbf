package io.cts.client.pull;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.PullId;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pull took.
 *
 * @param form as CTS said; {@code original} where the registry is no CTS
 * @param manifest as it was served
 * @param config the image's ID
 * @param pull CTS's name for this pull, where it said one
 * @param layers in the order of the manifest
 * @param wireBytes of bodies, those of manifest and configuration included
 * @param seconds from the first request until everything was verified and written
 * @param originalBytes of the layers as their upstream has them; absent where CTS did not say what they were made from
 */
public record PullResult(
    Form form,
    Digest manifest,
    Digest config,
    @Nullable PullId pull,
    List<LayerResult> layers,
    long wireBytes,
    double seconds,
    @Nullable Long originalBytes) {

  /**
   * @param layer as the manifest names it
   * @param coding what it travelled in: the coding of the transfer, or else the layer's own
   * @param encoding the same with its level, where CTS said it
   * @param held it was there already
   * @param seconds from the request until the layer was verified and written
   * @param decodeSeconds of processor time
   * @param breaks how often the connection broke and the rest was asked for
   */
  public record LayerResult(
      Digest layer,
      Digest diffId,
      CodecFamily coding,
      @Nullable Encoding encoding,
      boolean held,
      long sizeBytes,
      long wireBytes,
      double seconds,
      double decodeSeconds,
      int breaks) {

    /** What it travelled in, as exactly as it is known. */
    public String encodingText() {
      return encoding != null ? encoding.toString() : coding.token();
    }
  }

  public PullResult {
    layers = List.copyOf(layers);
  }

  /** Of all layers together. */
  public double decodeSeconds() {
    return layers.stream().mapToDouble(LayerResult::decodeSeconds).sum();
  }

  /** How the layers travelled, as in {@code 3 zstd-9, 1 gzip}. */
  public String encodings() {
    return layers.stream()
        .filter(layer -> !layer.held())
        .collect(Collectors.groupingBy(LayerResult::encodingText, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
