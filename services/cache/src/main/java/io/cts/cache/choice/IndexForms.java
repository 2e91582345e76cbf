package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.FixedForm;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.StoredImage;
import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.Platform;
import io.cts.oci.Descriptor;
import io.cts.oci.ImageIndex;
import io.cts.oci.RawManifest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Indexes whose children of the wanted platforms are CTS's; where none are configured, of those seen here. All other
 * children keep their descriptors; attestations of children that are replaced would speak of digests that are gone, and
 * are dropped.
 */
final class IndexForms {
  private static final String ATTESTED = "vnd.docker.reference.digest";

  private final Catalog catalog;
  private final List<Platform> platforms;

  /** @param platforms that are wanted; none: those seen here */
  IndexForms(Catalog catalog, List<Platform> platforms) {
    this.catalog = catalog;
    this.platforms = List.copyOf(platforms);
  }

  /** @param fixed the form that it counts as, and what was done to it */
  record Made(MadeManifest index, FixedForm fixed) {}

  /** The children that are stored here. */
  List<StoredImage> seen(ImageIndex index) {
    return index.manifests()
        .stream()
        .filter(entry -> !entry.isAttestation())
        .flatMap(entry -> catalog.image(entry.digest()).stream())
        .toList();
  }

  /** The children that have to be ready before CTS's own index is served; none while one of them is not stored yet. */
  List<StoredImage> wanted(ImageIndex index) {
    if (platforms.isEmpty()) {
      return seen(index);
    }
    var entries = platforms.stream().flatMap(platform -> index.choose(platform).stream()).distinct().toList();
    var stored = entries.stream().flatMap(entry -> catalog.image(entry.digest()).stream()).toList();
    return stored.size() == entries.size() ? stored : List.of();
  }

  /** Empty where every child stays as it is. */
  Optional<Made> make(ImageIndex index, List<StoredImage> children, EngineClass engineClass) {
    var replaced = new LinkedHashMap<Digest, RawManifest>();
    var form = Form.ORIGINAL;
    for (var child : children) {
      var childForm = catalog.form(child.manifest(), engineClass).orElse(Form.ORIGINAL);
      var made = childForm == Form.ORIGINAL
          ? Optional.<MadeManifest>empty()
          : catalog.made(child.manifest(), childForm);
      if (made.isPresent()) {
        replaced.put(child.manifest(), made.get().raw());
        form = form == Form.ORIGINAL ? childForm : form;
      }
    }
    if (replaced.isEmpty()) {
      return Optional.empty();
    }
    var dropped = attestations(index, replaced.keySet());
    var made = new MadeManifest(index.rewritten(replaced, dropped), index.raw().digest(), form, engineClass);
    return Optional.of(new Made(made, new FixedForm(form, "as " + replaced.size() + " of the images that it lists"
        + (dropped.isEmpty() ? "" : "; attestations of these were left out: " + dropped.size()))));
  }

  /** The index with that image's plain form in the image's place. */
  static MadeManifest with(ImageIndex index, MadeManifest plain, EngineClass engineClass) {
    var replaced = Map.of(plain.original(), plain.raw());
    return new MadeManifest(index.rewritten(replaced, attestations(index, replaced.keySet())), index.raw().digest(),
        plain.form(), engineClass);
  }

  private static Set<Digest> attestations(ImageIndex index, Set<Digest> subjects) {
    var attestations = new HashSet<Digest>();
    for (Descriptor entry : index.manifests()) {
      var subject = entry.annotations().get(ATTESTED);
      if (subject != null && subjects.stream().anyMatch(it -> it.toString().equals(subject))) {
        attestations.add(entry.digest());
      }
    }
    return attestations;
  }
}
