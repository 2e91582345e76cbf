package io.cts.delta.format;

/**
 * A stretch of the new layer. {@code content} is zstd against the prefix that the script tells; {@code differences} is
 * zstd of what instructions add.
 *
 * @param contentBytes of the content, decoded
 * @param differenceBytes of the differences, decoded
 */
public record Segment(Script script, byte[] content, int contentBytes, byte[] differences, int differenceBytes) {}
