package io.cts.compression;

import io.cts.blobs.BlobReader;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerPass;
import io.cts.codec.MalformedLayer;
import io.cts.contract.DeltaRequested.Source;
import io.cts.delta.LayerBytes;
import io.cts.delta.tar.TarIndex;
import io.cts.delta.tar.TarIndexer;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A stored layer, decoded into a file without a name, to be read from anywhere. The file is gone when it is closed, or
 * its process.
 */
final class ScratchLayer implements Closeable {
  private final FileChannel file;
  private final TarIndex index;

  private ScratchLayer(FileChannel file, TarIndex index) {
    this.file = file;
    this.index = index;
  }

  /** A file without a name. */
  static FileChannel scratchFile(Path folder) throws IOException {
    Files.createDirectories(folder);
    return FileChannel.open(folder.resolve(UUID.randomUUID().toString()), StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * Decodes the layer, sees that it is what it is said to be, and notes what is where in it.
   *
   * @throws MalformedLayer if it cannot be decoded, or is another
   * @throws io.cts.blobs.BlobMissing if it is not stored any more
   */
  static ScratchLayer decode(BlobReader blobs, Source source, Path folder) throws IOException {
    var file = scratchFile(folder);
    try (var stored = LayerSource.open(blobs, source.layer(), source.storedAs(), source.diffId());
        var in = stored.bytes()) {
      var indexer = new TarIndexer();
      var plain = new LayerPass(in, stored.storedAs(), DecodeBounds.plainSize(source.sizeBytes()))
          .readBy((buffer, offset, length) -> {
            indexer.accept(buffer, offset, length);
            for (var bytes = ByteBuffer.wrap(buffer, offset, length); bytes.hasRemaining();) {
              file.write(bytes);
            }
          });
      if (!plain.diffId().equals(source.diffId())) {
        throw new MalformedLayer(plain.bytes(), "it decodes to " + plain.diffId() + " and not to " + source.diffId());
      }
      return new ScratchLayer(file, indexer.finish(plain.diffId()));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  TarIndex index() {
    return index;
  }

  /** To be closed by whoever reads; this stays open. */
  LayerBytes bytes() {
    return new LayerBytes() {
      @Override
      public long size() {
        return index.bytes();
      }

      @Override
      public void read(long offset, ByteBuffer into) throws IOException {
        var at = offset;
        while (into.hasRemaining()) {
          var count = file.read(into, at);
          if (count < 0) {
            throw new EOFException("tried to read byte " + at + " of layer " + index.diffId() + ", which ends before");
          }
          at += count;
        }
      }

      @Override
      public void close() {
        // the file is the scratch layer's
      }
    };
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
