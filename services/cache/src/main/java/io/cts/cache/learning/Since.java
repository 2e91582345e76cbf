package io.cts.cache.learning;

/**
 * A point in the history of the database: before all transactions that had not ended when it was taken.
 *
 * @param transaction the oldest of these, a PostgreSQL {@code xid8}
 */
public record Since(String transaction) {
  /** Before everything. */
  public static final Since BEGINNING = new Since("0");

  public boolean isBeginning() {
    return equals(BEGINNING);
  }
}
