package io.cts.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.FakeCts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CacheCommandTest {
  private final FakeCts cts = new FakeCts();

  @AfterEach
  void stop() {
    cts.close();
  }

  @Test
  void what_images_share_is_told_by_layer_by_file_and_by_chunk() {
    cts.answers("GET /v1/cache/stats", 200, """
        {"images":3,"imageBytes":900000000,"layers":4,"layerBytes":600000000,"indexedLayers":4,
         "fileBytes":580000000,"uniqueFileBytes":290000000,"storedBytes":210000000,
         "packedLayers":2,"packedBytes":300000000,"chunkBytes":160000000,"packBytes":60000000}
        """);

    assertThat(cts.run("cache", "stats").out()).isEqualTo(
        """
            3 images, 900.0 MB of layers; the store takes 210.0 MB
            by layer: 4 layers, 600.0 MB of 900.0 MB once (1.50 to 1)
            by file: in 4 of them, 290.0 MB of 580.0 MB once (2.00 to 1)
            by chunk: 2 layers that nobody asked for lately are packed, 160.0 MB of 300.0 MB once (1.88 to 1); that takes 60.0 MB
            """);
  }

  @Test
  void what_is_not_known_is_said() {
    cts.answers("GET /v1/cache/stats", 200, """
        {"images":1,"imageBytes":100,"layers":1,"layerBytes":100,"indexedLayers":0,"fileBytes":0,"uniqueFileBytes":0,
         "storedBytes":40}
        """);

    assertThat(cts.run("cache", "stats").out()).contains("by file: not known");
  }
}
