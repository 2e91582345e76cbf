package io.cts.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node's own probe found besides what plans are made with: for people, and for models to come. What was not
 * measured is absent.
 *
 * @param memoryAvailableBytes memory that was free to be used when it was measured
 * @param decodeRates megabytes of decoded bytes per second on one core, by encoding
 */
public record NodeDetails(
    @Nullable Cpu cpu,
    @Nullable Long memoryAvailableBytes,
    @Nullable Disk disk,
    @Nullable Link link,
    List<EncodingRate> decodeRates) {

  /**
   * Of the machine, whatever part of it the node may use.
   *
   * @param name such as {@code Intel(R) Xeon(R) Processor}
   * @param currentMHz mean of all cores when it was measured
   */
  public record Cpu(
      @Nullable String name,
      @Nullable Integer physicalCores,
      @Nullable Integer logicalCores,
      @Nullable Double currentMHz,
      @Nullable Double maxMHz) {
    public Cpu {
      NodeProfile.positive("physicalCores", physicalCores);
      NodeProfile.positive("logicalCores", logicalCores);
      NodeProfile.positive("currentMHz", currentMHz);
      NodeProfile.positive("maxMHz", maxMHz);
    }
  }

  /**
   * Where the node keeps layers, and what {@link NodeProfile#diskWriteMBps()} was measured on.
   *
   * @param folder that was written to
   * @param device such as {@code /dev/nvme0n1p2}
   * @param model of the drive
   * @param fileSystem its type, such as {@code ext4}
   */
  public record Disk(
      String folder,
      @Nullable String device,
      @Nullable String model,
      @Nullable String fileSystem) {}

  /**
   * Megabits of body per second between CTS and the node.
   *
   * @param shortMbps of one small transfer, from its request to its last byte: slow start and a round trip included
   * @param oneStreamMbps of one transfer that is long enough to tell
   * @param severalStreamsMbps of {@code streams} such transfers at once, together
   * @param upMbps from the node to CTS
   */
  public record Link(
      @Nullable Double shortMbps,
      @Nullable Double oneStreamMbps,
      @Nullable Double severalStreamsMbps,
      @Nullable Integer streams,
      @Nullable Double upMbps) {
    public Link {
      NodeProfile.positive("shortMbps", shortMbps);
      NodeProfile.positive("oneStreamMbps", oneStreamMbps);
      NodeProfile.positive("severalStreamsMbps", severalStreamsMbps);
      NodeProfile.positive("streams", streams);
      NodeProfile.positive("upMbps", upMbps);
    }
  }

  public record EncodingRate(Encoding encoding, double mbps) {
    public EncodingRate {
      NodeProfile.positive("decode rate of " + encoding, mbps);
    }
  }

  public NodeDetails {
    decodeRates = List.copyOf(decodeRates);
    NodeProfile.positive("memoryAvailableBytes", memoryAvailableBytes);
  }
}
