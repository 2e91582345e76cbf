package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a stored layer tells.
 *
 * @param layer digest of the blob as the upstream stores it
 * @param storedAs the codec that the upstream's blob is in
 * @param storedSizeBytes bytes of the upstream's blob
 * @param diffId digest of the uncompressed tar, computed and never taken on trust
 * @param sizeBytes bytes of the uncompressed tar
 * @param fileCount regular files in the tar
 * @param bytesByClass bytes of file content by class; classes without bytes are left out
 * @param entropyBitsPerByte order-0 entropy of the tar's bytes, 0 to 8
 * @param samples ratio and speed of codecs measured on sampled blocks of this layer
 * @param tarIndex digest of a blob that tells what is where in the tar (shared-model/delta, {@code TarIndexFormat}); absent
 *     where the layer was read before there were such
 */
public record LayerFeatures(
    Digest layer,
    CodecFamily storedAs,
    long storedSizeBytes,
    Digest diffId,
    long sizeBytes,
    long fileCount,
    List<ClassBytes> bytesByClass,
    double entropyBitsPerByte,
    List<CodecSample> samples,
    @Nullable Digest tarIndex) {

  /** Features of a layer without an index. */
  public LayerFeatures(Digest layer, CodecFamily storedAs, long storedSizeBytes, Digest diffId, long sizeBytes,
      long fileCount, List<ClassBytes> bytesByClass, double entropyBitsPerByte, List<CodecSample> samples) {
    this(layer, storedAs, storedSizeBytes, diffId, sizeBytes, fileCount, bytesByClass, entropyBitsPerByte, samples,
        null);
  }

  /** What a file holds, told by its first bytes and its name. */
  public enum FileClass {
    TEXT("text"), CODE("code"), ELF("elf"), ARCHIVE("archive"), MEDIA("media"), COMPRESSED("compressed"), ZEROS(
        "zeros"),
    OTHER("other");

    private final String text;

    FileClass(String text) {
      this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
      return text;
    }
  }

  public record ClassBytes(FileClass fileClass, long bytes) {}

  /**
   * @param ratio encoded bytes over plain bytes; below 1 where the codec helps
   * @param encodeMBps megabytes (10⁶) of plain bytes encoded per second on one core of the prober
   * @param decodeMBps megabytes of plain bytes decoded per second on one core of the prober
   */
  public record CodecSample(Encoding encoding, double ratio, double encodeMBps, double decodeMBps) {}

  public LayerFeatures {
    bytesByClass = List.copyOf(bytesByClass);
    samples = List.copyOf(samples);
  }

  public Optional<CodecSample> sample(Encoding encoding) {
    return samples.stream().filter(sample -> sample.encoding().equals(encoding)).findFirst();
  }
}
