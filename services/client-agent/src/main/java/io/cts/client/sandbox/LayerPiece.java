package io.cts.client.sandbox;

import io.cts.codec.Codecs;
import io.cts.contract.CodecFamily;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Part of a layer: files in a tar, as they are and as a gzip member. A layer is any number of pieces in a row (RFC 1952,
 * section 2.2), so that what takes long to compress is compressed once and used in many layers.
 */
public final class LayerPiece {
  private static final int GZIP_LEVEL = 6;
  private static final int BUFFER = 1 << 16;

  private final Path plain;
  private final Path gzip;
  private final boolean last;

  private LayerPiece(Path plain, Path gzip, boolean last) {
    this.plain = plain;
    this.gzip = gzip;
    this.last = last;
  }

  /** What a piece holds. */
  @FunctionalInterface
  public interface Content {
    void write(TarWriter tar) throws IOException;
  }

  /**
   * @param folder that the piece's two files are made in
   * @param last whether the tar ends with it
   */
  static LayerPiece of(Path folder, Content content, boolean last) throws IOException {
    var plain = Files.createTempFile(folder, "piece-", ".tar");
    var gzip = Files.createTempFile(folder, "piece-", ".tar.gz");
    try (var out = new BufferedOutputStream(Files.newOutputStream(plain), BUFFER)) {
      var tar = new TarWriter(out);
      content.write(tar);
      if (last) {
        tar.end();
      }
    }
    try (var out = Codecs.of(CodecFamily.GZIP)
        .encoder(new BufferedOutputStream(Files.newOutputStream(gzip), BUFFER), GZIP_LEVEL)) {
      Files.copy(plain, out);
    }
    return new LayerPiece(plain, gzip, last);
  }

  Path plain() {
    return plain;
  }

  Path gzip() {
    return gzip;
  }

  boolean isLast() {
    return last;
  }

  public long plainBytes() throws IOException {
    return Files.size(plain);
  }

  public long gzipBytes() throws IOException {
    return Files.size(gzip);
  }
}
