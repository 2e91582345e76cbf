package io.cts.blobs.packed;

import io.cts.contract.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** Keeps a small document for each of some blobs. Thread-safe. */
public interface RecipeShelf {

  Optional<byte[]> read(Digest blob) throws IOException;

  /** Makes it durable, in place of one that is there. A reader sees all of the one or all of the other. */
  void write(Digest blob, byte[] document) throws IOException;

  /** False if there was none. */
  boolean delete(Digest blob) throws IOException;

  /** Removes what writers that are gone left behind. Nobody may write meanwhile. */
  void removeUnfinished() throws IOException;

  /** The blobs that have one; to be closed by the caller. */
  Stream<Digest> list() throws IOException;
}
