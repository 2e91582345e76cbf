package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** An upload that lies in a file of the scratch folder until its digest is known to be right, and goes to S3 then. */
final class S3Upload implements Upload, FileUpload.Shelf {
  private final S3Blobs store;
  private final S3Writer writer;
  private final PartDigests digests;
  private final Path file;
  private final FileUpload staged;

  S3Upload(S3Blobs store, S3Writer writer, Path file) throws IOException {
    this.store = store;
    this.writer = writer;
    this.digests = writer.newDigests();
    this.file = file;
    this.staged = new FileUpload(this, file);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    staged.write(buffer, offset, length);
    digests.update(buffer, offset, length);
  }

  @Override
  public long sizeBytes() {
    return staged.sizeBytes();
  }

  @Override
  public InputStream follow(long offset, int holdBack) {
    return staged.follow(offset, holdBack);
  }

  @Override
  public Digest digest() {
    return staged.digest();
  }

  @Override
  public void commit(Digest expected) throws IOException {
    staged.commit(expected);
  }

  @Override
  public void abort(IOException cause) throws IOException {
    staged.abort(cause);
  }

  @Override
  public void close() throws IOException {
    staged.close();
    Files.deleteIfExists(file);
  }

  @Override
  public InputStream reopen(Digest digest, long offset) throws IOException {
    return store.open(digest).from(offset);
  }

  @Override
  public void keep(Path staged, FileChannel content, Digest digest) throws IOException {
    try (var bytes = FileChannel.open(staged)) {
      store.markVerified(digest, writer.put(S3Blobs.name(digest), bytes, digests.parts()));
    }
  }

  @Override
  public IOException explained(String tried, IOException cause) {
    return store.explained(tried, cause);
  }
}
