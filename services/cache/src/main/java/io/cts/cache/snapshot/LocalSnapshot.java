package io.cts.cache.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.choice.OriginalHolders;
import io.cts.cache.residence.Residents;
import io.cts.cache.residence.WorthStore.Noted;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.Digest;
import io.cts.oci.MalformedManifest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What serving needs of the database, in one file: known public images are served while the database is away when the
 * process starts, too. Written anew when something has changed, under another name first; bounded, so that what was asked
 * for longest ago is left out.
 *
 * <p>The file is JSON, a fact a line ({@link SnapshotLine}), compressed with gzip.
 */
public final class LocalSnapshot implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSnapshot.class);
  /** Between two snapshots, unless an upstream refused something. */
  private static final Duration LEAST_AGE = Duration.ofMinutes(1);
  private static final String UNFINISHED = ".tmp";

  private final Path file;
  private final long mostBytes;
  private final Catalog catalog;
  private final Sightings sightings;
  private final OriginalHolders holders;
  private final Residents residents;
  private final JsonMapper json;
  private final Clock clock;
  private Instant writtenAt = Instant.EPOCH;
  private long changesWritten;
  private long refusalsWritten;

  /** @param mostBytes of the lines, before they are compressed */
  public LocalSnapshot(Path file, long mostBytes, Catalog catalog, Sightings sightings, OriginalHolders holders,
      Residents residents, JsonMapper json, Clock clock) {
    this.file = file;
    this.mostBytes = mostBytes;
    this.catalog = catalog;
    this.sightings = sightings;
    this.holders = holders;
    this.residents = residents;
    this.json = json;
    this.clock = clock;
  }

  /** Writes what has changed: at once where an upstream refused something, else when the last snapshot is old enough. */
  public synchronized void writeIfDue() {
    var refused = sightings.refusals() != refusalsWritten;
    if (refused || changes() != changesWritten && writtenAt.plus(LEAST_AGE).isBefore(clock.instant())) {
      write();
    }
  }

  private long changes() {
    return catalog.changes() + sightings.changes();
  }

  /** Writes the snapshot; what keeps it from being written is told in the log. */
  public synchronized void write() {
    changesWritten = changes();
    refusalsWritten = sightings.refusals();
    writtenAt = clock.instant();
    var folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder");
    try {
      Files.createDirectories(folder);
      var unfinished = folder.resolve(file.getFileName() + "." + ProcessHandle.current().pid() + UNFINISHED);
      try {
        write(unfinished);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      LOG.warn("could not write the snapshot {}: {}; without it nothing is served after a start without a database",
          file, e.toString());
    }
  }

  private void write(Path unfinished) throws IOException {
    try (var channel = FileChannel.open(unfinished, StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
      var lines = new Lines(new GZIPOutputStream(Channels.newOutputStream(channel), 1 << 16));
      new SnapshotContent(catalog, sightings, holders, residents).writeTo(lines);
      lines.finish();
      channel.force(true);
    }
  }

  /** Takes lines until there are enough. */
  final class Lines {
    private final GZIPOutputStream out;
    private long bytes;

    Lines(GZIPOutputStream out) {
      this.out = out;
    }

    /** False where there is no room for the line. */
    boolean add(SnapshotLine line) throws IOException {
      var text = json.writeValueAsBytes(line);
      if (bytes + text.length + 1 > mostBytes) {
        return false;
      }
      bytes += text.length + 1;
      write(out, text);
      return true;
    }

    private static void write(OutputStream out, byte[] text) throws IOException {
      out.write(text);
      out.write('\n');
    }

    void finish() throws IOException {
      out.finish();
      out.flush();
    }
  }

  /** Reads the snapshot, as far as it can be read; nothing where there is none. */
  public synchronized void read() {
    var worths = new HashMap<Digest, Noted>();
    var lines = 0;
    try (var in = new BufferedReader(
        new InputStreamReader(new GZIPInputStream(Files.newInputStream(file), 1 << 16), UTF_8))) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        take(json.readValue(line, SnapshotLine.class), worths);
        lines++;
      }
    } catch (NoSuchFileException e) {
      LOG.warn("there is no snapshot {} to serve known images from", file);
      return;
    } catch (IOException | JacksonException e) {
      LOG.warn("the snapshot {} cannot be read on after {} facts: {}", file, lines, e.toString());
    }
    residents.restore(worths);
    LOG.info("serving what the snapshot {} knows: {} facts", file, lines);
  }

  private void take(SnapshotLine line, Map<Digest, Noted> worths) throws MalformedManifest {
    switch (line) {
      case SnapshotLine.Seen it -> sightings.restore(it.repository());
      case SnapshotLine.Image it -> catalog.add(it.image());
      case SnapshotLine.Layer it -> catalog.add(it.features());
      case SnapshotLine.Encoded it -> catalog.add(it.variant());
      case SnapshotLine.Made it -> catalog.add(it.manifest());
      case SnapshotLine.Fixed it -> catalog.fix(it.original(), it.engineClass(), it.fixed());
      case SnapshotLine.Ready it -> catalog.markReady(it.manifest());
      case SnapshotLine.Holds it -> holders.restore(it.holding());
      case SnapshotLine.Saved it -> worths.put(it.blob(), it.noted());
    }
  }

  @Override
  public void close() {
    write();
  }
}
