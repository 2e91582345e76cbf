package io.cts.cache.choice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.observe.Caller;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Leases.Leased;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.cost.PullContext;
import io.cts.oci.ImageIndex;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Which manifest a tag is answered with. A form is chosen once per upstream digest and class of engines, when the image
 * is ready, and never changed; a node that began a pull of the original keeps the original until the upstream's digest
 * changes (DESIGN, "One image, one digest, any encoding").
 */
public final class FormChooser {
  private final Catalog catalog;
  private final CatalogStore store;
  private final WriteBehind writes;
  private final Knowledge knowledge;
  private final Repositories repositories;
  private final Sightings sightings;
  private final Leases leases;
  private final LayerStates states;
  private final IndexForms indexes;
  private final Cache<Holding, Boolean> originalHolders = Caffeine.newBuilder().maximumSize(500_000).build();

  private record Holding(NodeId node, Digest original) {}

  /** @param form of the manifest, or of an index's children */
  public record Answer(RawManifest manifest, Form form) {}

  public FormChooser(Catalog catalog, CatalogStore store, WriteBehind writes, Knowledge knowledge,
      Repositories repositories, Sightings sightings, Leases leases) {
    this.catalog = catalog;
    this.store = store;
    this.writes = writes;
    this.knowledge = knowledge;
    this.repositories = repositories;
    this.sightings = sightings;
    this.leases = leases;
    this.states = new LayerStates(catalog);
    this.indexes = new IndexForms(catalog);
  }

  /** The node fetched the original after a tag was answered with it. */
  public void holdsOriginal(NodeId node, Digest original) {
    if (originalHolders.asMap().putIfAbsent(new Holding(node, original), true) == null) {
      writes.later(() -> store.saveNodeAnswer(node, original));
    }
  }

  /** Reads back which nodes hold originals. */
  public void load() {
    store.nodeAnswers((node, original) -> originalHolders.put(new Holding(node, original), true));
  }

  /** The manifest that {@code caller} is answered for {@code original}, the manifest or index that a tag means. */
  public Answer answer(Caller caller, Repository repository, Digest original) throws IOException {
    if (originalHolders.getIfPresent(new Holding(caller.node(), original)) == null) {
      var engineClass = caller.engineClass();
      var form = catalog.form(original, engineClass);
      if (form.isEmpty()) {
        form = choose(caller, repository, original);
      }
      if (form.isPresent() && form.get() != Form.ORIGINAL) {
        var made = made(original, form.get(), engineClass);
        if (made.isPresent() && leased(made.get())) {
          return new Answer(made.get().raw(), form.get());
        }
      }
    }
    return new Answer(repositories.manifest(repository, original), Form.ORIGINAL);
  }

  /** Keeps the layers of what is about to be answered; an index's are kept when its child is asked for. */
  private boolean leased(MadeManifest made) {
    return made.engineClass() != null || keep(made);
  }

  /** Keeps the layers of a made manifest from eviction while its client comes for them; false where there is no room. */
  public boolean keep(MadeManifest made) {
    if (leases.isFresh(made.digest())) {
      return true;
    }
    var image = catalog.image(made.original());
    if (image.isEmpty()) {
      return false;
    }
    var blobs = new ArrayList<Leased>();
    for (var layer : image.get().layers()) {
      var diffId = catalog.feature(layer.digest()).map(it -> it.diffId()).orElse(layer.digest());
      var named = catalog.variants(diffId)
          .values()
          .stream()
          .filter(it -> it.variant() != null && catalog.isNamed(it.variant()))
          .findFirst();
      if (made.form() == Form.ZSTD && named.isPresent() && named.get().variant() != null) {
        blobs.add(new Leased(named.get().variant(), named.get().sizeBytes()));
      } else {
        blobs.add(new Leased(layer.digest(), layer.sizeBytes()));
      }
    }
    return leases.renew(made.digest(), blobs);
  }

  private Optional<MadeManifest> made(Digest original, Form form, EngineClass engineClass) {
    return catalog.made(original, form).or(() -> catalog.madeIndex(original, engineClass));
  }

  private Optional<Form> choose(Caller caller, Repository repository, Digest original) throws IOException {
    var image = catalog.image(original);
    if (image.isPresent()) {
      return chooseOfImage(caller, repository, image.get());
    }
    var raw = repositories.manifest(repository, original);
    return MediaTypes.isIndex(raw.mediaType())
        && ManifestDocument.parse(raw) instanceof ImageIndex index
            ? chooseOfIndex(caller, repository, index)
            : Optional.empty();
  }

  private Optional<Form> chooseOfIndex(Caller caller, Repository repository, ImageIndex index) throws IOException {
    var children = indexes.seen(index);
    if (children.isEmpty()) {
      return Optional.empty();
    }
    for (var child : children) {
      if (catalog.form(child.manifest(), caller.engineClass()).isEmpty()
          && chooseOfImage(caller, repository, child).isEmpty()) {
        return Optional.empty(); // goes live when every platform that was seen here is ready
      }
    }
    var made = indexes.make(index, children, caller.engineClass());
    if (made.isPresent()) {
      catalog.add(made.get());
      writes.later(() -> store.save(made.get()));
    }
    return Optional.of(
        fix(index.raw().digest(), caller.engineClass(), made.map(MadeManifest::form).orElse(Form.ORIGINAL)));
  }

  private Optional<Form> chooseOfImage(Caller caller, Repository repository, StoredImage image) {
    if (image.leftAsIs() != null) {
      return Optional.of(Form.ORIGINAL);
    }
    var layers = states.of(image);
    if (layers.isEmpty() || layers.get().isEmpty() || !catalog.isReady(image.manifest())) {
      return Optional.empty();
    }
    var kin = kinForm(caller.engineClass(), repository, image);
    if (kin.isPresent() && (kin.get() == Form.ORIGINAL || catalog.made(image.manifest(), kin.get()).isPresent())) {
      return Optional.of(fix(image.manifest(), caller.engineClass(), kin.get()));
    }
    var context = PullContext.of(caller.engine(), knowledge.profile(caller.node()), Objective.LATENCY);
    var form = knowledge.planner().chooseForm(layers.get(), context).plan().form();
    if (form != Form.ORIGINAL && catalog.made(image.manifest(), form).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(fix(image.manifest(), caller.engineClass(), form));
  }

  /** The form that the class already gets of an image of this repository with a layer in common: layers keep theirs. */
  private Optional<Form> kinForm(EngineClass engineClass, Repository repository, StoredImage image) {
    var siblings = sightings.manifests(repository);
    return image.layers()
        .stream()
        .flatMap(layer -> catalog.imagesWith(layer.digest()).stream())
        .filter(other -> !other.equals(image.manifest()) && siblings.contains(other))
        .flatMap(other -> catalog.form(other, engineClass).stream())
        .findFirst();
  }

  private Form fix(Digest original, EngineClass engineClass, Form form) {
    var fixed = catalog.fix(original, engineClass, form);
    writes.later(() -> store.saveForm(original, engineClass, fixed));
    return fixed;
  }
}
