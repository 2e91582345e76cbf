package io.cts.client.pull;

import io.cts.contract.Digest;
import io.cts.oci.RawManifest;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** Where a pulled image goes. Used by several threads, each with slots of its own. */
public interface Destination {

  /** Whether the blob is there already, and need not be fetched. */
  boolean holds(Digest blob) throws IOException;

  /** A place for a blob that is on its way. */
  Slot slot(Digest blob) throws IOException;

  /** All blobs are there: this is the image. */
  void complete(RawManifest manifest) throws IOException;

  /** A place for one blob. Closed without {@link #keep}, nothing of it stays. */
  interface Slot extends Closeable {
    OutputStream out();

    /** The blob is whole and what its name says. */
    void keep() throws IOException;
  }

  /** Nowhere: what comes is verified and forgotten. */
  Destination NOWHERE = new Destination() {
    private static final Slot NO_SLOT = new Slot() {
      @Override
      public OutputStream out() {
        return OutputStream.nullOutputStream();
      }

      @Override
      public void keep() {}

      @Override
      public void close() {}
    };

    @Override
    public boolean holds(Digest blob) {
      return false;
    }

    @Override
    public Slot slot(Digest blob) {
      return NO_SLOT;
    }

    @Override
    public void complete(RawManifest manifest) {}
  };
}
