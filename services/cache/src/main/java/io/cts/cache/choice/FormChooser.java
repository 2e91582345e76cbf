package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.FixedForm;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.observe.Caller;
import io.cts.cache.upstream.Repositories;
import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.Platform;
import io.cts.oci.ImageIndex;
import io.cts.oci.ManifestDocument;
import io.cts.oci.MediaTypes;
import io.cts.oci.RawManifest;
import java.io.IOException;
import java.util.List;
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
  private final ClassForms forms;
  private final Repositories repositories;
  private final OriginalHolders holders;
  private final PinnedForms pinned;
  private final IndexForms indexes;
  private final ClaimedForms claimed;
  private final FormPolicy policy;

  /** @param form of the manifest, or of an index's children */
  public record Answer(RawManifest manifest, Form form) {}

  /** @param platforms whose images an index has to hold as CTS's before it is served so; none: of those seen here */
  public FormChooser(Catalog catalog, CatalogStore store, WriteBehind writes, ClassForms forms,
      Repositories repositories, OriginalHolders holders, PinnedForms pinned, ClaimedForms claimed,
      FormPolicy policy,
      List<Platform> platforms) {
    this.catalog = catalog;
    this.store = store;
    this.writes = writes;
    this.forms = forms;
    this.repositories = repositories;
    this.holders = holders;
    this.pinned = pinned;
    this.claimed = claimed;
    this.policy = policy;
    this.indexes = new IndexForms(catalog, platforms);
  }

  /** The manifest that {@code caller} is answered for {@code original}, the manifest or index that a tag means. */
  public Answer answer(Caller caller, Repository repository, Digest original) throws IOException {
    if (!holders.contains(caller.node(), original)
        || !readsOriginal(caller.engineClass(), repository, original)) {
      var engineClass = policy.engineOf(caller).engineClass();
      var form = catalog.form(original, engineClass);
      if (form.isEmpty()) {
        form = choose(caller, repository, original);
      }
      if (form.isPresent() && form.get() != Form.ORIGINAL) {
        var made = made(original, form.get(), engineClass);
        if (made.isPresent() && pinned.keep(made.get())) {
          return new Answer(made.get().raw(), form.get());
        }
      }
      var isUndecided = form.isEmpty()
          || form.get() == Form.PLAIN && made(original, Form.PLAIN, engineClass).isEmpty();
      if (isUndecided && caller.agent() != null && policy == FormPolicy.ENGINE_CLASS) {
        var unread = claimed.of(caller, repository, repositories.manifest(repository, original));
        if (unread.isPresent()) {
          return new Answer(unread.get().raw(), unread.get().form());
        }
      }
    }
    return new Answer(repositories.manifest(repository, original), Form.ORIGINAL);
  }

  /** An agent took the plain form of an image that nobody has read yet: its class keeps that. */
  public void tookClaimed(Caller caller, Digest original) {
    forms.fix(original, caller.engineClass(),
        new FixedForm(Form.PLAIN, "as " + caller.node() + " took it so before anybody had read it"));
  }

  /** The caller took the original after a tag was answered with it: it keeps it, and with it the whole fleet. */
  public void tookOriginal(Caller caller, Digest original) {
    switch (policy) {
      case ENGINE_CLASS -> holders.add(caller.node(), original);
      case FLEET -> forms.fix(original, policy.engineOf(caller).engineClass(),
          new FixedForm(Form.ORIGINAL, "as " + caller.node() + " took it before it was ready in any other form"));
    }
  }

  /** Whether it can use the original: an engine that fails on zstd layers holds none of an image that has some. */
  private boolean readsOriginal(EngineClass engineClass, Repository repository, Digest original) throws IOException {
    if (engineClass.readsZstdLayers()) {
      return true;
    }
    var image = catalog.image(original);
    if (image.isPresent()) {
      return ClassForms.readsOriginal(engineClass, image.get());
    }
    return !(ManifestDocument.parse(repositories.manifest(repository, original)) instanceof ImageIndex index)
        || indexes.seen(index).stream().allMatch(child -> ClassForms.readsOriginal(engineClass, child));
  }

  private Optional<MadeManifest> made(Digest original, Form form, EngineClass engineClass) {
    return catalog.made(original, form).or(() -> catalog.madeIndex(original, engineClass));
  }

  private Optional<Form> choose(Caller caller, Repository repository, Digest original) throws IOException {
    var image = catalog.image(original);
    if (image.isPresent()) {
      return forms.of(policy.engineOf(caller), caller.node(), repository, image.get());
    }
    var raw = repositories.manifest(repository, original);
    return MediaTypes.isIndex(raw.mediaType())
        && ManifestDocument.parse(raw) instanceof ImageIndex index
            ? chooseOfIndex(caller, repository, index)
            : Optional.empty();
  }

  private Optional<Form> chooseOfIndex(Caller caller, Repository repository, ImageIndex index) throws IOException {
    var engine = policy.engineOf(caller);
    var children = indexes.wanted(index);
    if (children.isEmpty()) {
      return Optional.empty();
    }
    for (var child : children) {
      if (forms.of(engine, caller.node(), repository, child).isEmpty()) {
        return Optional.empty(); // goes live when every platform that is wanted is ready
      }
    }
    var made = indexes.make(index, children, engine.engineClass());
    if (made.isPresent()) {
      catalog.add(made.get().index());
      writes.soon(() -> store.save(made.get().index()));
    }
    var fixed = made.map(IndexForms.Made::fixed)
        .orElseGet(() -> new FixedForm(Form.ORIGINAL, "as all images that it lists stay as they are"));
    return Optional.of(forms.fix(index.raw().digest(), engine.engineClass(), fixed));
  }
}
