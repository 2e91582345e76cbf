package io.cts.compression;

import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobWriter;
import io.cts.blobs.Upload;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerTranscoder;
import io.cts.codec.MalformedLayer;
import io.cts.contract.Digest;
import io.cts.contract.EncodingRequested;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Makes one variant out of one stored blob, in bounded memory. */
final class VariantMaker {
  private final BlobWriter blobs;

  VariantMaker(BlobWriter blobs) {
    this.blobs = blobs;
  }

  /** How it went. */
  sealed interface Outcome permits Made, Failed {}

  /** The variant lies in the blob store. */
  record Made(Digest variant, long variantBytes, double seconds) implements Outcome {}

  /**
   * The variant could not be made.
   *
   * @param cause one sentence for people
   * @param hopeless would fail again with the same source
   */
  record Failed(String cause, boolean hopeless) implements Outcome {}

  /** @throws InterruptedIOException if the calling thread is interrupted; it stays so */
  Outcome make(EncodingRequested job) throws InterruptedIOException {
    var start = System.nanoTime();
    try (var source = LayerSource.open(blobs, job.layer(), job.storedAs(), job.diffId());
        var in = source.bytes();
        var upload = blobs.begin()) {
      var result = new LayerTranscoder(in, source.storedAs(), DecodeBounds.plainSize(job.sizeBytes()), job.encoding())
          .transcodeTo(new UploadOutput(upload));
      if (!result.diffId().equals(job.diffId())) {
        return new Failed("layer " + job.layer() + " decodes to " + result.diffId() + " and not to " + job.diffId()
            + ": the stored blob is damaged, remove it so that it is fetched again", true);
      }
      upload.commit(result.encoded());
      return new Made(result.encoded(), result.encodedBytes(), seconds(start));
    } catch (BlobMissing e) {
      return new Failed("layer " + job.layer() + " is no longer stored: pull the image again to have it fetched", true);
    } catch (MalformedLayer e) {
      return new Failed("layer " + job.layer() + " cannot be decoded as " + job.storedAs().token() + ": "
          + e.getMessage(), true);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw (InterruptedIOException) new InterruptedIOException("interrupted while making " + VariantKey.of(job))
            .initCause(e);
      }
      return new Failed("could not make " + job.encoding() + " of layer " + job.layer() + ": " + e.getMessage(), false);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** An upload as a stream; the upload stays its owner's. */
  private static final class UploadOutput extends OutputStream {
    private final Upload upload;

    UploadOutput(Upload upload) {
      this.upload = upload;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      upload.write(bytes, offset, length);
    }
  }
}
