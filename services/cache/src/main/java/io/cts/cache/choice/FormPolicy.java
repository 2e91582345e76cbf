package io.cts.cache.choice;

import io.cts.cache.observe.Caller;
import io.cts.contract.Engine;

/** For whom one form of an image is chosen. */
public enum FormPolicy {
  /** For each class of engines its own; a node that began with the original keeps the original. */
  ENGINE_CLASS,
  /** For all nodes one that every engine reads: each sees the same digest, whatever it pulls with. */
  FLEET;

  /** The engine in whose form the caller is answered. */
  Engine engineOf(Caller caller) {
    return this == FLEET ? Engine.UNKNOWN : caller.engine();
  }
}
