package io.cts.imageprobe;

import io.cts.contract.LayerFeatures.ClassBytes;
import io.cts.contract.LayerFeatures.FileClass;
import io.cts.delta.tar.TarEntry;
import io.cts.delta.tar.TarWalk;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts a tar's regular files and their bytes by class. */
final class LayerContent implements TarWalk.Listener {
  private final Map<FileClass, Long> bytes = new EnumMap<>(FileClass.class);
  private final byte[] head = new byte[FileClassifier.HEAD_BYTES];
  private int headFilled;
  private long files;

  @Override
  public void begin(TarEntry entry) {
    headFilled = 0;
  }

  @Override
  public void content(byte[] buffer, int offset, int length) {
    var taken = Math.min(length, head.length - headFilled);
    System.arraycopy(buffer, offset, head, headFilled, taken);
    headFilled += taken;
  }

  @Override
  public void end(TarEntry entry) {
    if (!entry.isRegularFile()) {
      return;
    }
    files++;
    if (entry.dataBytes() > 0) {
      bytes.merge(FileClassifier.classify(entry.name(), head, headFilled), entry.dataBytes(), Long::sum);
    }
  }

  long files() {
    return files;
  }

  /** Classes without bytes are left out. */
  List<ClassBytes> byClass() {
    return bytes.entrySet().stream().map(each -> new ClassBytes(each.getKey(), each.getValue())).toList();
  }
}
