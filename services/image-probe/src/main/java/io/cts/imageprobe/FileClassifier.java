package io.cts.imageprobe;

import io.cts.contract.LayerFeatures.FileClass;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells what a file holds by its first bytes and, where they do not say, its name. */
final class FileClassifier {
  /** How many first bytes are looked at. */
  static final int HEAD_BYTES = 512;

  private static final Set<String> CODE_SUFFIXES = Set.of("bat", "c", "cc", "clj", "cmake", "cpp", "cs", "css", "cxx",
      "dart", "elc", "el", "erl", "ex", "exs", "f90", "go", "groovy", "h", "hpp", "hs", "java", "jl", "js", "jsx", "kt",
      "lua", "m4", "mjs", "ml", "php", "pl", "pm", "ps1", "py", "pyc", "pyi", "pyx", "r", "rb", "rs", "scala", "sh",
      "sql", "swift", "tcl", "ts", "tsx", "vim", "wasm");
  private static final Set<String> COMPRESSED_SUFFIXES = Set.of("br", "lzma", "sz");
  // @formatter:off
  private static final List<Mark> MARKS = List.of(
      mark(FileClass.ELF, 0, "7f454c46"), // ELF
      mark(FileClass.CODE, 0, "cafebabe"), // Java class
      mark(FileClass.CODE, 0, "0061736d"), // WebAssembly
      mark(FileClass.COMPRESSED, 0, "1f8b"), // gzip
      mark(FileClass.COMPRESSED, 0, "28b52ffd"), // zstd
      mark(FileClass.COMPRESSED, 0, "fd377a585a"), // xz
      mark(FileClass.COMPRESSED, 0, "425a68"), // bzip2
      mark(FileClass.COMPRESSED, 0, "04224d18"), // lz4
      mark(FileClass.COMPRESSED, 0, "1f9d"), // compress
      mark(FileClass.COMPRESSED, 0, "4c5a4950"), // lzip
      mark(FileClass.ARCHIVE, 0, "504b0304"), // zip, jar, wheel
      mark(FileClass.ARCHIVE, 0, "504b0506"), // empty zip
      mark(FileClass.ARCHIVE, 0, "213c617263683e0a"), // ar, deb
      mark(FileClass.ARCHIVE, 0, "377abcaf271c"), // 7z
      mark(FileClass.ARCHIVE, 0, "52617221"), // rar
      mark(FileClass.ARCHIVE, 0, "303730373031"), // cpio
      mark(FileClass.ARCHIVE, 0, "edabeedb"), // rpm
      mark(FileClass.ARCHIVE, 257, "7573746172"), // tar
      mark(FileClass.MEDIA, 0, "89504e47"), // PNG
      mark(FileClass.MEDIA, 0, "ffd8ff"), // JPEG
      mark(FileClass.MEDIA, 0, "47494638"), // GIF
      mark(FileClass.MEDIA, 8, "57454250"), // WebP
      mark(FileClass.MEDIA, 8, "41564920"), // AVI
      mark(FileClass.MEDIA, 0, "4f676753"), // Ogg
      mark(FileClass.MEDIA, 0, "494433"), // MP3
      mark(FileClass.MEDIA, 0, "664c6143"), // FLAC
      mark(FileClass.MEDIA, 4, "66747970"), // MP4
      mark(FileClass.MEDIA, 0, "1a45dfa3"), // Matroska, WebM
      mark(FileClass.MEDIA, 0, "774f4646"), // web font
      mark(FileClass.MEDIA, 0, "774f4632"), // web font 2
      mark(FileClass.MEDIA, 0, "25504446")); // PDF
  // @formatter:on

  /** Bytes at an offset that give a class away. */
  private record Mark(FileClass fileClass, int offset, byte[] bytes) {
    boolean isIn(byte[] head, int length) {
      var end = offset + bytes.length;
      return length >= end && Arrays.equals(head, offset, end, bytes, 0, bytes.length);
    }
  }

  private FileClassifier() {}

  static FileClass classify(String name, byte[] head, int length) {
    var byMark = byMark(head, length);
    if (byMark != FileClass.OTHER) {
      return byMark;
    }
    var suffix = suffix(name);
    if (COMPRESSED_SUFFIXES.contains(suffix)) {
      return FileClass.COMPRESSED;
    }
    if (CODE_SUFFIXES.contains(suffix) || length > 2 && head[0] == '#' && head[1] == '!') {
      return FileClass.CODE;
    }
    if (isZeros(head, length)) {
      return FileClass.ZEROS;
    }
    return isText(head, length) ? FileClass.TEXT : FileClass.OTHER;
  }

  private static FileClass byMark(byte[] head, int length) {
    for (var mark : MARKS) {
      if (mark.isIn(head, length)) {
        return mark.fileClass();
      }
    }
    return FileClass.OTHER;
  }

  private static Mark mark(FileClass fileClass, int offset, String hex) {
    return new Mark(fileClass, offset, HexFormat.of().parseHex(hex));
  }

  private static String suffix(String name) {
    var dot = name.lastIndexOf('.');
    return dot < name.lastIndexOf('/') ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private static boolean isZeros(byte[] head, int length) {
    for (var i = 0; i < length; i++) {
      if (head[i] != 0) {
        return false;
      }
    }
    return length > 0;
  }

  /** No control characters but white space, backspace and escape; any encoding that keeps ASCII counts. */
  private static boolean isText(byte[] head, int length) {
    for (var i = 0; i < length; i++) {
      var value = head[i] & 0xff;
      if (value < 0x20 && (value < 0x08 || value > 0x0d) && value != 0x1b || value == 0x7f) {
        return false;
      }
    }
    return length > 0;
  }
}
