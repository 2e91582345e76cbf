package io.cts.blobs.packed;

import io.cts.contract.Digest;
import io.cts.delta.tar.ContentId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What a blob is put together from. As bytes, numbers in network order:
 *
 * <pre>
 * "CTSRECIPE" 01 | bytes of the blob (8)
 * number of packs (4)  | each: SHA-256 (32)
 * number of chunks (4) | each: first half of its SHA-256 (16), pack (4), offset in the pack's plain bytes (8), bytes (4)
 * CRC-32C of all before (4)
 * </pre>
 *
 * @param bytes of the blob
 * @param packs by their digests in the store of packs
 * @param chunks in the blob's order
 */
record Recipe(long bytes, List<Digest> packs, List<Chunk> chunks) {
  private static final byte[] MAGIC = {'C', 'T', 'S', 'R', 'E', 'C', 'I', 'P', 'E', 1};
  private static final int CHUNK_BYTES = 16 + 4 + 8 + 4;
  private static final int HASH_BYTES = 32;

  Recipe {
    packs = List.copyOf(packs);
    chunks = List.copyOf(chunks);
  }

  /** @param pack which of the recipe's packs it lies in */
  record Chunk(ContentId id, int pack, long offset, int bytes) {}

  /** Bytes of the blob in each pack; what comes twice counts twice. */
  Map<Digest, Long> bytesByPack() {
    var bytes = new HashMap<Digest, Long>();
    for (var chunk : chunks) {
      bytes.merge(packs.get(chunk.pack), (long) chunk.bytes, Long::sum);
    }
    return bytes;
  }

  byte[] toBytes() {
    var buffer = new ByteArrayOutputStream(64 + packs.size() * HASH_BYTES + chunks.size() * CHUNK_BYTES);
    try (var out = new DataOutputStream(buffer)) {
      out.write(MAGIC);
      out.writeLong(bytes);
      out.writeInt(packs.size());
      for (var pack : packs) {
        out.write(HexFormat.of().parseHex(pack.hex()));
      }
      out.writeInt(chunks.size());
      for (var chunk : chunks) {
        out.writeLong(chunk.id.high());
        out.writeLong(chunk.id.low());
        out.writeInt(chunk.pack);
        out.writeLong(chunk.offset);
        out.writeInt(chunk.bytes);
      }
      out.writeInt(crc(buffer.toByteArray(), buffer.size()));
    } catch (IOException e) {
      throw new IllegalStateException("memory takes all that is written", e);
    }
    return buffer.toByteArray();
  }

  private static int crc(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** @throws IOException if these are not the bytes of a recipe, or it contradicts itself */
  static Recipe parse(byte[] bytes) throws IOException {
    var body = bytes.length - Integer.BYTES;
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (body < MAGIC.length || !Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new IOException("it does not begin as a recipe of version 1 does");
      }
      if (crc(bytes, body) != new DataInputStream(new ByteArrayInputStream(bytes, body, Integer.BYTES)).readInt()) {
        throw new IOException("its checksum is not that of its bytes");
      }
      return parse(in);
    }
  }

  private static Recipe parse(DataInputStream in) throws IOException {
    var bytes = in.readLong();
    var packs = new ArrayList<Digest>();
    for (var left = count(in, HASH_BYTES); left > 0; left--) {
      packs.add(Digest.finished(in.readNBytes(HASH_BYTES)));
    }
    var chunks = new ArrayList<Chunk>();
    var sum = 0L;
    for (var left = count(in, CHUNK_BYTES); left > 0; left--) {
      var chunk = new Chunk(new ContentId(in.readLong(), in.readLong()), in.readInt(), in.readLong(), in.readInt());
      if (chunk.pack < 0 || chunk.pack >= packs.size() || chunk.offset < 0 || chunk.bytes <= 0) {
        throw new IOException("its chunk " + chunks.size() + " lies nowhere: " + chunk);
      }
      chunks.add(chunk);
      sum += chunk.bytes;
    }
    if (sum != bytes) {
      throw new IOException("its chunks have " + sum + " bytes, and the blob " + bytes);
    }
    return new Recipe(bytes, packs, chunks);
  }

  private static int count(DataInputStream in, int each) throws IOException {
    var count = in.readInt();
    if (count < 0 || (long) count * each > in.available()) {
      throw new IOException("it ends before what it announces");
    }
    return count;
  }
}
