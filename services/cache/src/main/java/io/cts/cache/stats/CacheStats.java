package io.cts.cache.stats;

/**
 * What the store holds, and what storing everything once would leave of it. Bytes of layers are of their tars.
 *
 * @param images whose layers were all read
 * @param imageBytes of their layers, counted for each image
 * @param layers that differ
 * @param layerBytes of those
 * @param indexedLayers whose files are known
 * @param fileBytes of the files in those
 * @param uniqueFileBytes if each content were stored once
 * @param storedBytes that the store takes
 * @param packedLayers that are kept as chunks
 * @param packedBytes of those
 * @param chunkBytes of their chunks, each once
 * @param packBytes that these take, compressed
 */
record CacheStats(
    long images,
    long imageBytes,
    long layers,
    long layerBytes,
    long indexedLayers,
    long fileBytes,
    long uniqueFileBytes,
    long storedBytes,
    long packedLayers,
    long packedBytes,
    long chunkBytes,
    long packBytes) {}
