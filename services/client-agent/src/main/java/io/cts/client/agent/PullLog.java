package io.cts.client.agent;

import io.cts.client.CommandFailed;
import io.cts.client.Report;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import io.cts.contract.PullReported.LayerReport;
import io.cts.oci.Manifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which pulls are under way; CTS is told of each what it took, once its engine has asked for nothing more for a while. */
final class PullLog {
  private static final long QUIET_NANOS = 5_000_000_000L;
  /** Until an engine that was given a manifest is taken to have had all its layers. */
  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final long LOOK_MILLIS = 1_000;

  private final Report report;
  private final NodeId node;
  private final AgentLog log;
  private final List<Pull> open = new ArrayList<>();

  PullLog(Report report, NodeId node, AgentLog log) {
    this.report = report;
    this.node = node;
    this.log = log;
  }

  /** Not thread-safe. */
  static final class Pull {
    final PullId id;
    final Form form;
    final Digest manifest;
    final Set<Digest> layers = new HashSet<>();
    final List<LayerReport> reports = new ArrayList<>();
    final long began;
    long lastAt;
    /** Of its layers, on their way to engines. */
    int underWay;
    long plainBytes;
    long wireBytes;

    Pull(PullId id, Form form, Manifest manifest, long now) {
      this.began = now;
      this.lastAt = now;
      this.id = id;
      this.form = form;
      this.manifest = manifest.raw().digest();
      manifest.layers().forEach(layer -> layers.add(layer.digest()));
    }

    /** A layer may take minutes over a thin link: quiet is when none is under way. */
    boolean isOver(long now) {
      return underWay == 0 && (now - lastAt > (wasAskedFor() ? QUIET_NANOS : LONGEST_NANOS));
    }

    /** An engine that had all layers asks for none: how long that took is not known here. */
    boolean wasAskedFor() {
      return lastAt > began;
    }
  }

  synchronized void begin(PullId id, Form form, Manifest manifest) {
    if (open.stream().noneMatch(pull -> pull.id.equals(id))) {
      var pull = new Pull(id, form, manifest, System.nanoTime());
      open.add(pull);
      Thread.ofVirtual().name("report").start(() -> reportWhenOver(pull));
    }
  }

  /** An engine asks for a blob: {@link #left} follows. */
  synchronized void asked(Digest blob) {
    open.stream().filter(pull -> pull.layers.contains(blob)).forEach(pull -> pull.underWay++);
  }

  /** What was asked for was given, or not. */
  synchronized void left(Digest blob) {
    for (var pull : open) {
      if (pull.layers.contains(blob) && pull.underWay > 0) { // it may have begun meanwhile
        pull.underWay--;
        pull.lastAt = System.nanoTime();
      }
    }
  }

  /**
   * An engine has a blob.
   *
   * @param handOverSeconds that the engine took to take it
   */
  synchronized void delivered(Digest blob, Transfer from, Fetch fetch, double seconds, double handOverSeconds) {
    for (var pull : open) {
      if (!pull.layers.contains(blob)) {
        continue;
      }
      pull.lastAt = System.nanoTime();
      pull.wireBytes += from.wireBytes();
      if (pull.form == Form.PLAIN && from.encoding() instanceof Encoding encoding && from.wireBytes() > 0) {
        var wireSeconds = fetch.wireSeconds() > 0 ? fetch.wireSeconds() : seconds;
        pull.reports.add(
            new LayerReport(blob, encoding, from.wireBytes(), wireSeconds, null, handOverSeconds));
      }
    }
  }

  private void reportWhenOver(Pull pull) {
    try {
      while (!isOver(pull)) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!pull.wasAskedFor()) {
      return;
    }
    @Nullable
    Digest original = pull.form == Form.ORIGINAL ? pull.manifest : null;
    var seconds = (pull.lastAt - pull.began) / 1e9;
    log.say(String.format(Locale.ROOT, "pull %s: %d layers, %.1f MB over the link in %.1f s, %s form", pull.id,
        pull.reports.size(), pull.wireBytes / 1e6, seconds, pull.form));
    try {
      report.send(pull.id, node, original, pull.form, seconds, pull.reports);
    } catch (CommandFailed e) {
      log.say("pull " + pull.id + ": CTS could not be told what it took: " + e.getMessage());
    }
  }

  private synchronized boolean isOver(Pull pull) {
    var over = pull.isOver(System.nanoTime());
    if (over) {
      open.remove(pull);
    }
    return over;
  }
}
