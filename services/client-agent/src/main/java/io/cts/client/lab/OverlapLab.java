package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerPass;
import io.cts.codec.MalformedLayer;
import io.cts.contract.Digest;
import io.cts.delta.chunk.ChunkSizes;
import io.cts.delta.chunk.Chunker;
import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.TarIndexer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cts lab overlap}: how much layers share, by layer, by file and by chunk. */
@Command(name = "overlap", description = {
    "Tells what a set of layers takes if each layer, each file or each chunk is stored once, uncompressed.",
    "Chunks are cut where the content says, beside chunks of a fixed size."}, footer = {"", "Example:",
        "  cts lab overlap old.tar new.tar other.tar.gz"}, mixinStandardHelpOptions = true)
public final class OverlapLab implements Callable<Integer> {
  private static final double MEGA = 1e6;
  private static final List<Integer> CHUNK_KIB = List.of(16, 64, 256);

  @Parameters(paramLabel = "LAYER", arity = "1..*", description = "tars, plain or as gzip, zstd or lz4")
  private List<Path> layers;

  @Mixin
  private LabOutput output;

  @Override
  public Integer call() throws CommandFailed {
    try (var report = output.report()) {
      var pieces = new ArrayList<Pieces>();
      CHUNK_KIB.forEach(size -> pieces.add(new Pieces(size)));
      Set<Digest> diffIds = new HashSet<>();
      Set<ContentId> files = new HashSet<>();
      var bytes = 0L;
      var onceByLayer = 0L;
      var onceByFile = 0L;
      for (var layer : layers) {
        var indexer = new TarIndexer();
        var plain = read(layer, indexer, pieces);
        bytes += plain.bytes();
        onceByLayer += diffIds.add(plain.diffId()) ? plain.bytes() : 0;
        onceByFile += plain.bytes();
        for (var member : indexer.finish(plain.diffId()).members()) {
          if (member.content() != null && !files.add(member.content())) {
            onceByFile -= member.dataBytes(); // its header is stored each time
          }
        }
      }
      report.add(Figure.alone("all layers", bytes / MEGA, "MB", null));
      report.add(Figure.alone("each layer once", onceByLayer / MEGA, "MB", null));
      report.add(Figure.alone("each file once", onceByFile / MEGA, "MB", null));
      for (var size : pieces) {
        report.add(Figure.beside("fixed", size.fixed.onceBytes / MEGA, "each chunk of about " + size.kib + " KiB once",
            size.defined.onceBytes / MEGA, "MB", null));
      }
      return 0;
    }
  }

  private static LayerPass.Plain read(Path layer, TarIndexer indexer, List<Pieces> pieces) throws CommandFailed {
    try (var head = Files.newInputStream(layer); var in = Files.newInputStream(layer)) {
      var storedAs = Codecs.recognise(head.readNBytes(Codecs.HEAD_BYTES));
      pieces.forEach(Pieces::begin);
      var plain = new LayerPass(in, storedAs, DecodeBounds.LAYER).readBy((buffer, offset, length) -> {
        indexer.accept(buffer, offset, length);
        pieces.forEach(size -> size.accept(buffer, offset, length));
      });
      pieces.forEach(Pieces::finish);
      return plain;
    } catch (MalformedLayer e) {
      throw new CommandFailed("tried to read " + layer + " but " + e.getMessage() + "; give a tar or a compressed one",
          e);
    } catch (IOException e) {
      throw new CommandFailed("tried to read " + layer + " but it cannot be read (" + e + ")", e);
    }
  }

  /** Chunks that were seen, each counted once. */
  private static final class Once implements Chunker.Listener {
    private final Set<ContentId> seen = new HashSet<>();
    private final MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    private long onceBytes;

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
      hash.update(buffer, offset, length);
    }

    @Override
    public void cut(int chunkBytes) {
      if (seen.add(ContentId.ofSha256(hash.digest()))) {
        onceBytes += chunkBytes;
      }
    }
  }

  /** Chunks of one size, cut both ways. */
  private static final class Pieces {
    private final int kib;
    private final Once defined = new Once();
    private final Once fixed = new Once();
    private @Nullable Chunker chunker;
    private int filled;

    Pieces(int kib) {
      this.kib = kib;
    }

    void begin() {
      chunker = new Chunker(ChunkSizes.around(kib << 10), defined);
      filled = 0;
    }

    void accept(byte[] buffer, int offset, int length) {
      if (chunker != null) {
        chunker.accept(buffer, offset, length);
      }
      for (var done = 0; done < length;) {
        var part = Math.min(length - done, (kib << 10) - filled);
        fixed.bytes(buffer, offset + done, part);
        done += part;
        filled += part;
        if (filled == kib << 10) {
          cutFixed();
        }
      }
    }

    void finish() {
      if (chunker != null) {
        chunker.finish();
      }
      if (filled > 0) {
        cutFixed();
      }
    }

    private void cutFixed() {
      fixed.cut(filled);
      filled = 0;
    }
  }
}
