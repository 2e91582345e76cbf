package io.cts.cache.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.Repository;
import io.cts.cache.choice.ClaimedForms;
import io.cts.cache.choice.ClaimedLayers;
import io.cts.cache.choice.FormChooser;
import io.cts.cache.choice.PinnedForms;
import io.cts.cache.deltas.DeltaRequests;
import io.cts.cache.learning.Learner;
import io.cts.cache.observe.Caller;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.observe.PullTracker.Resolution;
import io.cts.cache.registry.RegistryPath.ManifestPath;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.Digest;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.Platform;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /v2/NAME/manifests/REFERENCE}: by tag a resolution, by digest exactly those bytes. */
final class ManifestEndpoint {
  /** In an answer, what a made manifest was made from; in a request by digest, what an agent was told so. */
  private static final String ORIGINAL = "CTS-Original-Digest";
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Catalog catalog;
  private final Repositories repositories;
  private final FormChooser forms;
  private final PinnedForms pinned;
  private final Sightings sightings;
  private final Learner learner;
  private final PullTracker pulls;
  private final DeltaRequests deltas;
  private final ClaimedLayers claims;
  private final ClaimedForms claimed;
  private final Answers answers;
  /** Blobs of manifests passed through lately: they may be fetched before their image is stored. */
  private final Cache<Digest, Set<Digest>> passing = Caffeine.newBuilder().maximumSize(10_000).build();

  ManifestEndpoint(Catalog catalog, Repositories repositories, FormChooser forms, PinnedForms pinned,
      Sightings sightings, Learner learner, PullTracker pulls, DeltaRequests deltas,
      ClaimedLayers claims, ClaimedForms claimed, Answers answers) {
    this.catalog = catalog;
    this.repositories = repositories;
    this.forms = forms;
    this.pinned = pinned;
    this.sightings = sightings;
    this.learner = learner;
    this.pulls = pulls;
    this.deltas = deltas;
    this.claims = claims;
    this.claimed = claimed;
    this.answers = answers;
  }

  void serve(ManifestPath path, Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      if (path.reference().indexOf(':') > 0) {
        byDigest(path.repository(), Digest.parse(path.reference()), caller, request, response);
      } else {
        byTag(path.repository(), path.reference(), caller, request, response);
      }
    } catch (IOException e) {
      throw Answers.ofUpstream(e, OciError.MANIFEST_UNKNOWN);
    }
  }

  private void byTag(Repository repository, String tag, Caller caller, HttpServletRequest request,
      HttpServletResponse response) throws IOException {
    var original = repositories.resolve(repository, tag);
    var answer = forms.answer(caller, repository, original);
    pulls.resolved(caller, new ImageRef(repository.upstream(), repository.name(), tag, null), original, answer.form());
    if (isGet(request)) {
      fetched(repository, caller, original, answer.manifest(), answer.form(), response);
    }
    response.setHeader("Cache-Control", "private, max-age=0, must-revalidate"); // another client may be answered otherwise
    response.setHeader("Vary", "User-Agent");
    response.setHeader(ORIGINAL, original.toString());
    send(answer.manifest(), answer.form(), request, response);
  }

  private void byDigest(Repository repository, Digest digest, Caller caller, HttpServletRequest request,
      HttpServletResponse response) throws IOException {
    var made = made(repository, digest);
    if (made.isEmpty() && caller.agent() != null && !sightings.allows(repository, digest)
        && request.getHeader(ORIGINAL) instanceof String of) {
      claimed.again(caller, repository, repositories.manifest(repository, RegistryPath.digest(of)));
      made = claimed.made(digest);
      if (made.isEmpty()) { // no upstream has it
        throw new RegistryException(OciError.UNAVAILABLE, "manifest " + digest + " of " + repository
            + " was made from " + of + ", and cannot be made again just now; ask again, or pull " + of, AGAIN, null);
      }
    }
    var original = made.isPresent() ? made.get().original() : digest;
    var form = made.isPresent() ? made.get().form() : Form.ORIGINAL;
    var answer = made.map(MadeManifest::raw).orElse(null);
    if (answer == null || !sightings.allows(repository, original)) { // else the original's bytes may be stored no more
      var raw = repositories.manifest(repository, original); // asks whether this repository's readers may
      answer = answer == null ? raw : answer;
    }
    made.ifPresent(pinned::keep);
    if (isGet(request)) {
      fetched(repository, caller, original, answer, form, response);
    }
    response.setHeader("Cache-Control", "max-age=31536000, immutable");
    response.setHeader(ORIGINAL, original.toString());
    send(answer, form, request, response);
  }

  /** What CTS made under that digest; what this process does not know, another may have made. */
  private Optional<MadeManifest> made(Repository repository, Digest digest) {
    var known = catalog.made(digest).or(() -> claimed.made(digest));
    return known.isPresent() || sightings.allows(repository, digest) || !learner.lookAgain(digest)
        ? known
        : catalog.made(digest);
  }

  /** The node took a manifest: of an image, its pull begins; of an index, it chooses a child next. */
  private void fetched(Repository repository, Caller caller, Digest original, RawManifest answer, Form form,
      HttpServletResponse response)
      throws IOException {
    var resolution = pulls.resolution(caller.node(), original);
    if (form == Form.ORIGINAL && resolution.filter(it -> it.form() == Form.ORIGINAL).isPresent()) {
      forms.tookOriginal(caller, original);
    }
    if (MediaTypes.isIndex(answer.mediaType())) {
      return;
    }
    var isClaimed = catalog.made(answer.digest()).isEmpty() && claimed.made(answer.digest()).isPresent();
    if (form == Form.ORIGINAL || isClaimed) {
      var manifest = form == Form.ORIGINAL ? answer : repositories.manifest(repository, original);
      remember(manifest);
      if (caller.agent() != null) {
        claims.seen(repository, Manifest.parse(manifest));
      }
    }
    if (caller.agent() != null) {
      deltas.pulled(caller.agent(), repository, original);
      if (isClaimed) {
        forms.tookClaimed(caller, original);
      }
    }
    var name = resolution.map(Resolution::image)
        .orElseGet(() -> new ImageRef(repository.upstream(), repository.name(), null, original));
    response.setHeader("CTS-Pull", pulls.begin(caller, name, original, platform(original)).toString());
  }

  private @Nullable Platform platform(Digest original) {
    return catalog.image(original).map(image -> image.platform()).orElse(null);
  }

  private void remember(RawManifest original) throws IOException {
    if (catalog.image(original.digest()).isPresent() || passing.getIfPresent(original.digest()) != null) {
      return;
    }
    var manifest = Manifest.parse(original);
    var blobs = new HashSet<Digest>();
    blobs.add(manifest.config().digest());
    manifest.layers().forEach(layer -> blobs.add(layer.digest()));
    passing.put(original.digest(), blobs);
    blobs.forEach(blob -> catalog.belongs(blob, original.digest()));
    // layers that it has in common with images that were read are known by their other name, too
    blobs.forEach(blob -> catalog.feature(blob).ifPresent(it -> catalog.belongs(it.diffId(), original.digest())));
  }

  private void send(RawManifest manifest, Form form, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var tag = "\"" + manifest.digest() + "\"";
    response.setHeader("Docker-Content-Digest", manifest.digest().toString());
    response.setHeader("ETag", tag);
    response.setHeader("CTS-Form", form.toString());
    if (tag.equals(request.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    answers.whole(request, response, manifest.mediaType(), manifest.bytes());
  }

  private static boolean isGet(HttpServletRequest request) {
    return request.getMethod().equals("GET");
  }
}
