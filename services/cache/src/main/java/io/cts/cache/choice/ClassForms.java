package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.FixedForm;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.cost.PullContext;
import io.cts.oci.MediaTypes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The form of an image for a class of engines: chosen once, for all nodes of the class, and so for the typical one among
 * them. What is chosen is there to be served.
 */
public final class ClassForms {
  private static final Logger LOG = LoggerFactory.getLogger(ClassForms.class);

  private final Catalog catalog;
  private final CatalogStore store;
  private final WriteBehind writes;
  private final Knowledge knowledge;
  private final Sightings sightings;
  private final LayerStates states;

  public ClassForms(Catalog catalog, CatalogStore store, WriteBehind writes, Knowledge knowledge,
      Sightings sightings) {
    this.catalog = catalog;
    this.store = store;
    this.writes = writes;
    this.knowledge = knowledge;
    this.sightings = sightings;
    this.states = new LayerStates(catalog);
  }

  /** Whether engines of the class can use the image as its upstream stores it: some fail on zstd layers. */
  static boolean readsOriginal(EngineClass engineClass, StoredImage image) {
    return engineClass.readsZstdLayers() || image.layers()
        .stream()
        .noneMatch(layer -> MediaTypes.layerCodec(layer.mediaType()).filter(CodecFamily.ZSTD::equals).isPresent());
  }

  /**
   * The image's form for the engine's class, fixed now if it is not yet; empty while the image is not ready.
   *
   * @param node that asks; its own facts stand in where too few of its class were measured
   */
  public Optional<Form> of(Engine engine, NodeId node, Repository repository, StoredImage image) {
    var fixed = catalog.form(image.manifest(), engine.engineClass());
    if (fixed.isPresent()) {
      return fixed;
    }
    if (image.leftAsIs() != null) {
      return Optional.of(Form.ORIGINAL);
    }
    var layers = states.of(image);
    if (layers.isEmpty() || layers.get().isEmpty() || !catalog.isReady(image.manifest())) {
      return Optional.empty();
    }
    var kin = ofKin(engine.engineClass(), repository, image);
    if (kin.isPresent()) {
      return Optional.of(fix(image.manifest(), engine.engineClass(), kin.get()));
    }
    var typical = knowledge.typical(engine);
    var profile = typical.orElseGet(() -> knowledge.profile(node));
    var planned = knowledge.planner()
        .chooseForm(layers.get(), PullContext.of(engine, profile, Objective.LATENCY))
        .plan();
    if (planned.form() != Form.ORIGINAL && catalog.made(image.manifest(), planned.form()).isEmpty()) {
      return Optional.empty();
    }
    var whose = typical.isPresent()
        ? "for what is typical of " + engine.engineClass()
        : profile != null
            ? "for " + node + ", as too few of " + engine.engineClass() + " were measured"
            : "for any " + engine.engineClass() + ", as none was measured";
    return Optional
        .of(fix(image.manifest(), engine.engineClass(),
            new FixedForm(planned.form(), whose + ": " + planned.reason())));
  }

  /** The form that the class already gets of an image of this repository with a layer in common: layers keep theirs. */
  private Optional<FixedForm> ofKin(EngineClass engineClass, Repository repository, StoredImage image) {
    var siblings = sightings.manifests(repository);
    for (var layer : image.layers()) {
      for (var other : catalog.imagesWith(layer.digest())) {
        var form = other.equals(image.manifest()) || !siblings.contains(other)
            ? Optional.<Form>empty()
            : catalog.form(other, engineClass);
        if (form.isPresent() && isThere(form.get(), engineClass, image)) {
          return Optional.of(new FixedForm(form.get(), "as " + engineClass + " gets " + other.abbreviated()
              + " of the same repository, which has layer " + layer.digest().abbreviated() + " in common"));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isThere(Form form, EngineClass engineClass, StoredImage image) {
    return form == Form.ORIGINAL
        ? readsOriginal(engineClass, image)
        : catalog.made(image.manifest(), form).isPresent();
  }

  /** Fixes a form, unless it is fixed already; returns the fixed one. */
  Form fix(Digest original, EngineClass engineClass, FixedForm form) {
    if (catalog.fix(original, engineClass, form)) {
      LOG.info("{} gets {} of {}: {}", engineClass, form.form(), original, form.reason());
      writes.later(() -> store.save(original, engineClass, form));
      return form.form();
    }
    return catalog.form(original, engineClass).orElse(form.form());
  }
}
