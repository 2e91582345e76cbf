package io.cts.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.blobs.packed.PackedBlobs;
import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3PackedIT extends PackedBlobsContract {
  private static S3Server server;
  private static S3Client client;

  @TempDir
  private Path scratch;
  private String prefix;
  private PackedBlobs store;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
    client = server.client();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    prefix = "packed-" + System.nanoTime();
    store = another();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Override
  protected PackedBlobs store() {
    return store;
  }

  @Override
  protected PackedBlobs another() throws Exception {
    return S3Blobs.openPacked(server.client(), S3Server.BUCKET, prefix, scratch, S3Server.PART_BYTES);
  }

  @Override
  protected void assertNothingUnfinished() throws IOException {
    assertThat(ChildProcess.unfinished(scratch)).isEmpty();
  }

  @Override
  protected void damageRecipe(Digest blob) {
    var key = prefix + "/recipes/sha256-" + blob.hex();
    client.putObject(it -> it.bucket(S3Server.BUCKET).key(key), RequestBody.fromString("no recipe"));
  }

  @Override
  protected void removePacks() {
    client.listObjectsV2(it -> it.bucket(S3Server.BUCKET).prefix(prefix + "/packs/"))
        .contents()
        .forEach(pack -> client.deleteObject(it -> it.bucket(S3Server.BUCKET).key(pack.key())));
  }
}
