package io.cts.client.agent;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.SeekableZstd;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.delta.BaseMissing;
import io.cts.delta.FileLayer;
import io.cts.delta.LayerBytes;
import io.cts.delta.SeekableLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Blobs that came, encoded as they came, in {@code FOLDER/blobs/HEX.CODEC}. Within its bytes: the least recently used go
 * first; a file's time of modification is when it was used. A file has its name only once it is whole and on the disk, so
 * that nothing broken survives a crash; what it holds is verified by whoever reads it. Layers that the engine holds as
 * well are needed least.
 */
final class LayerStore {
  /** What is smaller is a configuration, or not worth a delta. */
  private static final long SMALLEST_BASE = 4096;
  private static final int QUICKEST = 1;
  private static final long FREED_AT_ONCE = 256L << 20;
  private static final String PART = "of-";
  private static final Pattern NAME_OF_PART = Pattern.compile(PART + "[a-z0-9]+-[0-9a-f]{32,128}");
  private static final Duration KEEPS_PARTS = Duration.ofDays(1);

  private final Path blobs;
  private final Path spools;
  private final long mostBytes;
  private final ContentStore engine;
  /** In the engine's store, and not what their names say. */
  private final Set<Digest> damaged = ConcurrentHashMap.newKeySet();
  /** Names of the parts that are gathered now. */
  private final Set<String> gathered = ConcurrentHashMap.newKeySet();
  private volatile Runnable changed = () -> {};

  /** A blob that is there. */
  record Held(Path file, CodecFamily coding, long sizeBytes, Instant used) {}

  /**
   * @param mostBytes of its files
   * @param engine of this machine, whose layers serve as bases where this has none
   */
  LayerStore(Path folder, long mostBytes, ContentStore engine) throws IOException {
    this.blobs = Files.createDirectories(folder.resolve("blobs"));
    this.spools = Files.createDirectories(folder.resolve("spools"));
    this.mostBytes = mostBytes;
    this.engine = engine;
    var old = Instant.now().minus(KEEPS_PARTS);
    try (var left = Files.newDirectoryStream(spools)) { // by a process that was killed
      for (var file : left) {
        if (!file.getFileName().toString().startsWith(PART)
            || Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Where a variant is gathered. What a process that was killed had of it is there already.
   *
   * @param variant its digest; absent where it has no name that will be the same next time
   */
  Spool spool(@Nullable String variant, long total) throws IOException {
    var name = variant == null ? "" : PART + variant.replace(':', '-');
    if (!NAME_OF_PART.matcher(name).matches() || !gathered.add(name)) {
      var spool = spool();
      spool.totalIs(total);
      return spool;
    }
    try {
      return new Spool(new SpoolJournal(spools, name, () -> gathered.remove(name)), total, this::freeDisk);
    } catch (IOException e) {
      gathered.remove(name);
      throw e;
    }
  }

  /** Where something is gathered that has no name yet. */
  Spool spool() throws IOException {
    return new Spool(spools, this::freeDisk);
  }

  /**
   * The disk is full, whatever the store may hold: what was used least recently makes room for what is under way.
   *
   * @return whether it is worth trying again
   */
  private synchronized boolean freeDisk() throws IOException {
    var freed = 0L;
    for (var oldest : leastNeededFirst()) {
      if (freed >= FREED_AT_ONCE) {
        break;
      }
      Files.deleteIfExists(oldest.file);
      freed += oldest.sizeBytes;
    }
    if (freed > 0) {
      changed.run();
    }
    return freed > 0;
  }

  private static String name(Digest digest, CodecFamily coding) {
    return digest.toString().replace(':', '-') + "." + coding.token();
  }

  /** Has {@code changed} run whenever something came, or has to go. It must not wait. */
  void whenChanged(Runnable changed) {
    this.changed = changed;
  }

  /** What is there of a blob; it counts as used now. */
  Optional<Held> find(Digest digest) throws IOException {
    for (var coding : CodecFamily.values()) {
      var file = blobs.resolve(name(digest, coding));
      try {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        return Optional.of(new Held(file, coding, Files.size(file), Instant.now()));
      } catch (NoSuchFileException e) {
        // in another coding, perhaps
      }
    }
    return Optional.empty();
  }

  /**
   * Keeps a whole spool whose content was verified: as it is, or, where it is compressed and cannot be read from anywhere,
   * so that later layers may build upon it. Where there is no room for it, nothing happens.
   */
  void keep(Digest digest, Spool spool, CodecFamily coding) throws IOException {
    if (coding == CodecFamily.GZIP || coding == CodecFamily.ZSTD && !SeekableZstd.isOne(spool.file())) {
      keepSeekable(digest, spool, coding);
    } else {
      takeOver(digest, spool, coding);
    }
  }

  private void takeOver(Digest digest, Spool spool, CodecFamily coding) throws IOException {
    if (spool.total() > mostBytes) {
      return;
    }
    spool.sync();
    synchronized (this) {
      makeRoom(spool.total());
      Files.move(spool.file(), blobs.resolve(name(digest, coding)), StandardCopyOption.ATOMIC_MOVE);
    }
    try (var folder = FileChannel.open(blobs, StandardOpenOption.READ)) {
      folder.force(true);
    }
    changed.run();
  }

  /** As above, kept as zstd with a seek table whatever it is. */
  void keepSeekable(Digest digest, Spool spool, CodecFamily coding) throws IOException {
    try (var encoded = spool()) {
      try (var from = Codecs.of(coding).decoder(spool.follow(), DecodeBounds.LAYER);
          var to = Codecs.of(CodecFamily.ZSTD).encoder(encoded.appending(), QUICKEST)) {
        from.transferTo(to);
      }
      encoded.ends();
      takeOver(digest, encoded, CodecFamily.ZSTD);
    }
  }

  private void makeRoom(long bytes) throws IOException {
    var held = leastNeededFirst();
    var free = mostBytes - held.stream().mapToLong(Held::sizeBytes).sum();
    for (var oldest : held) {
      if (free >= bytes) {
        return;
      }
      Files.deleteIfExists(oldest.file);
      free += oldest.sizeBytes;
    }
  }

  private List<Held> leastNeededFirst() throws IOException {
    var held = held();
    held.sort(Comparator.comparing((Held each) -> engine.find(digest(each.file)).isEmpty()).thenComparing(Held::used));
    return held;
  }

  private List<Held> held() throws IOException {
    var held = new ArrayList<Held>();
    try (var files = Files.newDirectoryStream(blobs)) {
      for (var file : files) {
        var coding = CodecFamily.ofToken(file.toString().substring(file.toString().lastIndexOf('.') + 1));
        if (coding.isPresent()) {
          held.add(new Held(file, coding.get(), Files.size(file), Files.getLastModifiedTime(file).toInstant()));
        }
      }
    }
    return held;
  }

  private static Digest digest(Path file) {
    var name = file.getFileName().toString();
    return Digest.parse(name.substring(0, name.lastIndexOf('.')).replaceFirst("-", ":"));
  }

  /** Layers that a delta may build upon: those whose plain bytes can be read from anywhere. */
  Set<Digest> bases() throws IOException {
    var bases = new LinkedHashSet<Digest>();
    for (var each : held()) {
      if (each.coding == CodecFamily.ZSTD || each.coding == CodecFamily.IDENTITY && each.sizeBytes >= SMALLEST_BASE) {
        bases.add(digest(each.file));
      }
    }
    engine.layers().stream().filter(layer -> !damaged.contains(layer)).forEach(bases::add);
    return bases;
  }

  /** Opens a layer to build upon. */
  LayerBytes base(Digest diffId) throws IOException {
    var held = find(diffId);
    if (held.isEmpty()) {
      var file = engine.find(diffId).filter(_ -> !damaged.contains(diffId));
      return new FileLayer(file.orElseThrow(() -> new BaseMissing(diffId)));
    }
    return switch (held.get().coding) {
      case ZSTD -> SeekableLayer.open(held.get().file);
      case IDENTITY -> new FileLayer(held.get().file);
      case GZIP, LZ4 -> throw new BaseMissing(diffId);
    };
  }

  /** What is there is not what its name says, or was expected to be there and is not. */
  void remove(Digest digest) throws IOException {
    if (find(digest).isEmpty()) {
      damaged.add(digest);
    }
    for (var coding : CodecFamily.values()) {
      Files.deleteIfExists(blobs.resolve(name(digest, coding)));
    }
    changed.run();
  }

  /** The store as a place to have a blob from. */
  Origin origin(Digest digest) {
    return new Origin() {
      @Override
      public String name() {
        return "the store";
      }

      @Override
      public boolean isRemote() {
        return false;
      }

      @Override
      public Transfer begin() throws IOException {
        var held = find(digest).orElseThrow(() -> new NoSuchFileException("it is not there"));
        return new FromStore(held);
      }

      @Override
      public void wasWrong() throws IOException {
        remove(digest);
      }
    };
  }

  private record FromStore(Held held) implements Transfer {
    @Override
    public CodecFamily coding() {
      return held.coding();
    }

    @Override
    public @Nullable Encoding encoding() {
      return null;
    }

    @Override
    public InputStream follow() throws IOException {
      return Files.newInputStream(held.file());
    }

    @Override
    public void run() {
      // all is there
    }

    @Override
    public void fail(IOException why) {
      // its readers have the file, whatever becomes of it
    }

    @Override
    public @Nullable Spool spool() {
      return null;
    }

    @Override
    public long wireBytes() {
      return 0;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
