package io.cts.client.agent;

import io.cts.client.agent.MirrorPath.ManifestPath;
import io.cts.client.agent.MirrorPath.MirroredName;
import io.cts.client.pull.Reply;
import io.cts.contract.Digest;
import io.cts.contract.Form;
import io.cts.contract.PullId;
import io.cts.oci.ImageIndex;
import io.cts.oci.Manifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import io.cts.oci.Reference;
import io.cts.oci.UpstreamFailure;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Manifests as CTS gives them to agents; the upstream's own where CTS cannot be asked. What they say of blobs is noted, and
 * of a made one the original as well: with it layers can be had without CTS.
 */
final class Manifests {
  private static final String ORIGINAL = "CTS-Original-Digest";
  private static final int MOST_KEPT = 200;
  /** A manifest that CTS made is nowhere else: an engine that was told its digest here waits for CTS so long. */
  private static final int MOST_ATTEMPTS = 6;

  private final CtsLink cts;
  private final UpstreamOrigins upstreams;
  private final KnownBlobs known;
  private final PullLog pulls;
  private final AgentLog log;
  private final Map<Digest, RawManifest> kept = latest();
  /** Answered to a HEAD, of what CTS made: the engine asks for it next. */
  private final Set<Digest> told = Collections.newSetFromMap(latest());
  /** What made manifests were made from, or for those that a made index lists, that index: any CTS can make them again. */
  private final Map<Digest, Digest> originals = latest();

  private static <V> Map<Digest, V> latest() {
    return Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Digest, V> eldest) {
        return size() > MOST_KEPT;
      }
    });
  }

  Manifests(CtsLink cts, UpstreamOrigins upstreams, KnownBlobs known, PullLog pulls, AgentLog log) {
    this.cts = cts;
    this.upstreams = upstreams;
    this.known = known;
    this.pulls = pulls;
    this.log = log;
  }

  void serve(ManifestPath path, Exchange exchange) throws IOException {
    try (var reply = asked(path, exchange.method())) {
      if (reply.status() == 404) {
        throw new MirrorFailure(404, "MANIFEST_UNKNOWN", "CTS at " + cts.registry() + " knows no manifest "
            + path.reference() + " of " + path.name() + "; check the name and the tag");
      }
      if (reply.status() != 200) {
        throw new IOException("CTS at " + cts.registry() + " answered " + reply.refusal());
      }
      if (exchange.isHead()) {
        for (var name : new String[]{"Content-Type", "Docker-Content-Digest", "ETag", "CTS-Form"}) {
          if (reply.header(name) instanceof String value) {
            exchange.set(name, value);
          }
        }
        var original = digest(reply.header(ORIGINAL));
        if (digest(reply.header("Docker-Content-Digest")) instanceof Digest answered && !answered.equals(original)) {
          told.add(answered);
          if (original != null) {
            originals.put(answered, original);
          }
        }
        exchange.begin(200, Long.parseLong(reply.header("Content-Length") instanceof String length ? length : "0"));
        return;
      }
      var manifest = read(path, reply);
      note(path.name(), manifest, reply);
      send(manifest, reply.header("CTS-Form"), exchange);
      return;
    } catch (MirrorFailure e) {
      throw e;
    } catch (IOException e) {
      log.say("manifest " + path.reference() + " of " + path.name() + ": " + e.getMessage());
      send(withoutCts(path, e), null, exchange);
    }
  }

  private Reply asked(ManifestPath path, String method) throws IOException {
    var isNowhereElse = path.reference() instanceof Reference.Exact exact && told.contains(exact.digest())
        && !kept.containsKey(exact.digest());
    var headers = new HashMap<>(Map.of("Accept", MediaTypes.ACCEPT_MANIFESTS));
    if (path.reference() instanceof Reference.Exact exact && originals.containsKey(exact.digest())) {
      headers.put(ORIGINAL, String.valueOf(originals.get(exact.digest())));
    }
    for (var attempt = 1;; attempt++) {
      try {
        return cts.ask(method, cts.at(path.name(), "manifests/" + path.reference()), headers);
      } catch (IOException e) {
        if (!isNowhereElse || attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
      CtsLink.pause();
    }
  }

  private static RawManifest read(ManifestPath path, Reply reply) throws IOException {
    var bytes = reply.body().readNBytes(RawManifest.MOST_BYTES + 1);
    if (bytes.length > RawManifest.MOST_BYTES) {
      throw new IOException("it is longer than " + RawManifest.MOST_BYTES + " bytes");
    }
    var type = reply.header("Content-Type");
    var mediaType = type == null ? "" : type.split(";", 2)[0].strip();
    return path.reference() instanceof Reference.Exact exact
        ? RawManifest.named(exact.digest(), mediaType, bytes)
        : RawManifest.of(mediaType, bytes);
  }

  private void note(MirroredName name, RawManifest raw, Reply reply) throws IOException {
    kept.put(raw.digest(), raw);
    var original = digest(reply.header(ORIGINAL));
    var document = ManifestDocument.parse(raw);
    if (original != null && !original.equals(raw.digest())) {
      originals.put(raw.digest(), original);
      if (document instanceof ImageIndex index) {
        index.manifests().forEach(entry -> originals.put(entry.digest(), original));
      }
    }
    if (!(document instanceof Manifest manifest)) {
      return;
    }
    known.note(manifest);
    var form = form(reply.header("CTS-Form"));
    if (pull(reply.header("CTS-Pull")) instanceof PullId pull && form.isPresent()) {
      pulls.begin(pull, form.get(), manifest);
    }
    if (original != null && !original.equals(raw.digest())) {
      known.expect(manifest);
      Thread.ofVirtual().name("original").start(() -> learn(name, manifest, original));
    }
  }

  /** What the layers of a made manifest were made from, for the time when CTS is gone. */
  private void learn(MirroredName name, Manifest made, Digest original) {
    try (var reply = cts.ask("GET", cts.at(name, "manifests/" + original),
        Map.of("Accept", MediaTypes.ACCEPT_MANIFESTS))) {
      var path = new ManifestPath(name, new Reference.Exact(original));
      if (reply.status() == 200 && ManifestDocument.parse(read(path, reply)) instanceof Manifest manifest) {
        known.pair(made, manifest);
      }
    } catch (IOException e) {
      log.say("manifest " + original + " of " + name + ", which " + made.raw().digest()
          + " was made from, did not come: " + e.getMessage());
    } finally {
      known.unpaired(made);
    }
  }

  /** @param why it did not come from CTS */
  private RawManifest withoutCts(ManifestPath path, IOException why) throws IOException {
    if (path.reference() instanceof Reference.Exact exact
        && Optional.ofNullable(kept.get(exact.digest())).orElse(null) instanceof RawManifest manifest) {
      return manifest;
    }
    try {
      var manifest = upstreams.manifest(path.name(), path.reference());
      kept.put(manifest.digest(), manifest);
      if (ManifestDocument.parse(manifest) instanceof Manifest image) {
        known.note(image);
      }
      return manifest;
    } catch (UpstreamFailure.NotFound e) {
      if (path.reference() instanceof Reference.Exact) { // CTS may have made it: that it does not exist is not known
        throw new MirrorFailure(503, "UNAVAILABLE", "manifest " + path.reference() + " of " + path.name() + ": "
            + why.getMessage() + "; " + path.name().upstream() + " has none of that digest; try again when CTS is back",
            e);
      }
      throw failure(why, e);
    } catch (IOException e) {
      throw failure(why, e);
    }
  }

  private static MirrorFailure failure(IOException ofCts, IOException ofUpstream) {
    var failure = UpstreamOrigins.failure(ofUpstream, "MANIFEST_UNKNOWN");
    return new MirrorFailure(failure.status(), failure.code(), ofCts.getMessage() + "; without it: "
        + failure.getMessage(), ofUpstream);
  }

  private static void send(RawManifest manifest, @Nullable String form, Exchange exchange) throws IOException {
    exchange.set("Content-Type", manifest.mediaType());
    exchange.set("Docker-Content-Digest", manifest.digest().toString());
    exchange.set("ETag", "\"" + manifest.digest() + "\"");
    exchange.set("CTS-Form", form == null ? Form.ORIGINAL.toString() : form);
    var out = exchange.begin(200, manifest.sizeBytes());
    if (!exchange.isHead()) {
      out.write(manifest.bytes());
    }
  }

  private static @Nullable Digest digest(@Nullable String text) {
    try {
      return text == null ? null : Digest.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // without it nothing can be learned, and nothing breaks
    }
  }

  private static @Nullable PullId pull(@Nullable String text) {
    try {
      return text == null ? null : PullId.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // the pull itself needs no name
    }
  }

  private static Optional<Form> form(@Nullable String text) {
    for (var form : Form.values()) {
      if (form.toString().equals(text)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }
}
