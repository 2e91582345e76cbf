package io.cts.blobs;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 server in this JVM that keeps its objects in memory: S3Proxy, with an empty bucket. */
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "cts-test";
  public static final String ACCESS_KEY = "test-key";
  public static final String SECRET_KEY = "test-secret";
  /** The smallest that S3 allows of any part but the last. */
  static final long PART_BYTES = 5 << 20;

  private final S3Proxy server;

  private S3Server(S3Proxy server) {
    this.server = server;
  }

  public static S3Server start() throws Exception {
    var server = S3Proxy.builder()
        .endpoint(URI.create("http://127.0.0.1:0"))
        .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
        .blobStore(BlobStores.create("transient", new Properties()))
        .build();
    server.start();
    var started = new S3Server(server);
    try (var client = started.client()) {
      client.createBucket(it -> it.bucket(BUCKET));
    }
    return started;
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** The system properties that stand for the environment's {@code AWS_…} variables. */
  public Map<String, String> settings() {
    return Map.of("aws.endpointUrlS3", address().toString(), "aws.region", Region.US_EAST_1.id(), "aws.accessKeyId",
        ACCESS_KEY, "aws.secretAccessKey", SECRET_KEY);
  }

  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(address())
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
        .build();
  }

  S3Blobs open(String prefix, Path scratch) throws Exception {
    return S3Blobs.open(client(), BUCKET, prefix, scratch, PART_BYTES);
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}
