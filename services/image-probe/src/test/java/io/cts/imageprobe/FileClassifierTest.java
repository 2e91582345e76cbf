package io.cts.imageprobe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.LayerFeatures.FileClass;
import io.cts.delta.tar.TarWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileClassifierTest {

  @ParameterizedTest
  @CsvSource({"ELF, usr/bin/ls, 7f454c46020101", "CODE, Main.class, cafebabe00000045", "COMPRESSED, man.gz, 1f8b08",
      "COMPRESSED, x, 28b52ffd", "ARCHIVE, app.jar, 504b030414", "MEDIA, logo.png, 89504e470d0a",
      "MEDIA, a.webp, 52494646aaaaaaaa57454250", "COMPRESSED, app.js.br, 8b0380", "ZEROS, disk.img, 000000000000",
      "OTHER, x.bin, 0001020304"})
  void binary_files_are_told_by_their_first_bytes(FileClass expected, String name, String hex) {
    var head = HexFormat.of().parseHex(hex);
    assertThat(FileClassifier.classify(name, head, head.length)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"CODE, lib/os.py, import sys", "CODE, entrypoint, #!/bin/sh", "TEXT, README, Grüße",
      "TEXT, etc/py.d/config, key=value", "TEXT, .py/x, text", "CODE, A.JS, var x"})
  void text_is_told_from_code_by_name_or_interpreter(FileClass expected, String name, String content) {
    var head = content.getBytes(StandardCharsets.UTF_8);
    assertThat(FileClassifier.classify(name, head, head.length)).isEqualTo(expected);
  }

  @Test
  void a_tar_within_is_an_archive() {
    var tar = Arrays.copyOf(new TarWriter().file("a", "b").end(), FileClassifier.HEAD_BYTES);
    assertThat(FileClassifier.classify("layer", tar, tar.length)).isEqualTo(FileClass.ARCHIVE);
  }
}
