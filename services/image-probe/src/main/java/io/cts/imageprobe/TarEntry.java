package io.cts.imageprobe;

/**
 * A member of a tar.
 *
 * @param name as the archive says, long names included
 * @param type the type flag of the header ('0' for a regular file, also where the header has an old-style zero)
 * @param dataOffset of its content in the tar
 * @param dataBytes of its content as it lies in the tar
 */
record TarEntry(String name, char type, long dataOffset, long dataBytes) {

  boolean isRegularFile() {
    return type == '0' || type == '7' || type == 'S';
  }
}
