package io.cts.oci;

import io.cts.contract.Digest;
import io.cts.contract.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What CTS needs of an image's configuration (OCI image specification 1.1, config.md). Its bytes are never written anew:
 * their digest is the image ID.
 *
 * @param platform absent where the configuration names none
 * @param diffIds of the layers, lowest first, as claimed
 */
public record ImageConfig(@Nullable Platform platform, List<Digest> diffIds) {
  public static final int MOST_BYTES = 8 << 20;

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
  }

  public static ImageConfig parse(byte[] bytes) throws MalformedManifest {
    var root = JsonPart.parse("image configuration", bytes, MOST_BYTES);
    return new ImageConfig(Descriptor.platform(root),
        root.object("rootfs").digests("diff_ids", Manifest.MOST_LAYERS));
  }
}
