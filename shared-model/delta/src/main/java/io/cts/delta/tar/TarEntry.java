package io.cts.delta.tar;

/**
 * A member of a tar.
 *
 * @param headerOffset of the first header block that belongs to it: pax and GNU extensions come before its own
 * @param name as the archive says, long names included
 * @param type the type flag of the header ('0' for a regular file, also where the header has an old-style zero)
 * @param dataOffset of its content in the tar
 * @param dataBytes of its content as it lies in the tar
 */
public record TarEntry(String name, char type, long headerOffset, long dataOffset, long dataBytes) {

  public boolean isRegularFile() {
    return type == '0' || type == '7' || type == 'S';
  }
}
