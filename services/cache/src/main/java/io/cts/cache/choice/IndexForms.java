package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.StoredImage;
import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.oci.Descriptor;
import io.cts.oci.ImageIndex;
import io.cts.oci.RawManifest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Indexes whose children of the platforms seen here are CTS's. All other children keep their descriptors; attestations of
 * children that are replaced would speak of digests that are gone, and are dropped.
 */
final class IndexForms {
  private static final String ATTESTED = "vnd.docker.reference.digest";

  private final Catalog catalog;

  IndexForms(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The children that are stored here. */
  List<StoredImage> seen(ImageIndex index) {
    return index.manifests()
        .stream()
        .filter(entry -> !entry.isAttestation())
        .flatMap(entry -> catalog.image(entry.digest()).stream())
        .toList();
  }

  /** Empty where every child stays as it is. */
  Optional<MadeManifest> make(ImageIndex index, List<StoredImage> children, EngineClass engineClass) {
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
    var dropped = new HashSet<Digest>();
    for (Descriptor entry : index.manifests()) {
      var subject = entry.annotations().get(ATTESTED);
      if (subject != null && replaced.keySet().stream().anyMatch(it -> it.toString().equals(subject))) {
        dropped.add(entry.digest());
      }
    }
    return Optional.of(
        new MadeManifest(index.rewritten(replaced, dropped), index.raw().digest(), form, engineClass));
  }
}
