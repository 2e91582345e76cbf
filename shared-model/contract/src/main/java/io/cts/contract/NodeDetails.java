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
      text("cpu.name", name);
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
      @Nullable String fileSystem) {
    public Disk {
      text("disk.folder", folder);
      text("disk.device", device);
      text("disk.model", model);
      text("disk.fileSystem", fileSystem);
    }
  }

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

  private static final int MOST_RATES = 200;
  private static final int LONGEST_TEXT = 1000;

  private static void text(String name, @Nullable String value) {
    if (value != null && (value.length() > LONGEST_TEXT || value.chars().anyMatch(Character::isISOControl))) {
      throw new IllegalArgumentException(name + " is longer than " + LONGEST_TEXT
          + " characters, or has control characters in it");
    }
  }

  public NodeDetails {
    decodeRates = List.copyOf(decodeRates);
    if (decodeRates.size() > MOST_RATES) {
      throw new IllegalArgumentException("decodeRates has " + decodeRates.size() + " entries, more than " + MOST_RATES);
    }
    NodeProfile.positive("memoryAvailableBytes", memoryAvailableBytes);
  }
}
