package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.observe.Caller;
import io.cts.contract.LayerFeatures;
import io.cts.contract.Objective;
import io.cts.cost.EncodingChoice;
import io.cts.cost.PullContext;

/** Picks the encoding of one GET of a plain layer: for that node, at that moment, over what is there. */
public final class EncodingChooser {
  private final Knowledge knowledge;
  private final LayerStates states;

  public EncodingChooser(Catalog catalog, Knowledge knowledge) {
    this.knowledge = knowledge;
    this.states = new LayerStates(catalog);
  }

  public EncodingChoice choose(Caller caller, LayerFeatures layer) {
    var context = PullContext.of(caller.engine(), knowledge.profile(caller.node()), Objective.LATENCY)
        .accepting(caller.accepts());
    return knowledge.planner().chooseEncoding(states.of(layer), context);
  }

  /** Names the model that chose. */
  public String modelVersion() {
    return knowledge.planner().modelVersion();
  }
}
