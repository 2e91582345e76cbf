package io.cts.cost;

import io.cts.contract.CodecFamily;
import io.cts.contract.EngineClass;
import java.util.Map;

/**
 * How one class of engines works on a layer. Rates are megabytes (10⁶) per second with a whole core; a node with less
 * than one core is slower in proportion.
 *
 * @param streams layers that the engine fetches at once
 * @param spoolMBps of the blob as its manifest names it: received, hashed, written and read again. In plain form the
 *     blob is the whole tar, which is the second pass that plain costs
 * @param unpackMBps of decoded bytes: untarred and written
 * @param gzipMBps of decoded bytes
 * @param zstdMBps of decoded bytes
 * @param lz4MBps of decoded bytes; matters to agents only, no engine reads lz4
 */
record EngineCosts(
    double streams,
    double spoolMBps,
    double unpackMBps,
    double gzipMBps,
    double zstdMBps,
    double lz4MBps) {

  /*
   * docker 20.10 and containerd 2.1 each pulled one 365 MB layer over loopback, as 151 MB of gzip, 133 MB of zstd and
   * plain; spool, unpack and decode rates are the solution of those equations (PlannerTest has the seconds). Nobody
   * measured the others' absolute seconds: docker since 23 and containers/image take docker's spool and unpack, which
   * agree with their measured ratios, and containerd's zstd, the same Go library.
   */
  private static final EngineCosts DOCKER = new EngineCosts(3, 101.9, 299.7, 173.8, 456, 456);
  private static final EngineCosts CONTAINERD = new EngineCosts(4, 257.8, 204.6, 133.7, 456, 456);
  // containers/image fetches six layers of an image at once (copy.go, maxParallelDownloads)
  private static final EngineCosts CONTAINERS_IMAGE = new EngineCosts(6, 101.9, 299.7, 173.8, 456, 456);
  // decoders of the JVM; SHA-256 at 1588 MB/s over the blob and again over its content; nothing is unpacked: what an
  // engine behind an agent adds is the same for all encodings
  private static final EngineCosts AGENT = new EngineCosts(4, 794, 100_000, 355, 1000, 1400);

  static final Map<EngineClass, EngineCosts> BUILT_IN = Map.of(EngineClass.DOCKER_LEGACY, DOCKER, EngineClass.DOCKER,
      DOCKER, EngineClass.CONTAINERD, CONTAINERD, EngineClass.CONTAINERS_IMAGE, CONTAINERS_IMAGE, EngineClass.AGENT,
      AGENT, EngineClass.OTHER, DOCKER);

  double decodeMBps(CodecFamily family) {
    return switch (family) {
      case IDENTITY -> Double.POSITIVE_INFINITY;
      case GZIP -> gzipMBps;
      case ZSTD -> zstdMBps;
      case LZ4 -> lz4MBps;
    };
  }
}
