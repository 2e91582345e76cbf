package io.cts.cache.learning;

/** Something held in memory to serve from, which other processes add to in the database. */
public interface Learned {

  /** Reads all that was written since. What is known already may come again. */
  void learn(Since since);
}
