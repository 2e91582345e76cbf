package io.cts.oci;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens a blob, from an offset on (OCI distribution specification 1.1, end-2; ranges: RFC 9110, section 14).
 *
 * @param inRanges whether a registry that knows no ranges is refused; else its bytes before the offset are skipped
 */
record FetchBlob(Repository from, Digest digest, long offset,
    boolean inRanges) implements RegistryVerb<FetchBlob.Part> {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  /**
   * An open answer, standing at the offset.
   *
   * @param totalBytes of the whole blob, or {@link BlobStream#UNKNOWN}
   */
  record Part(Answer answer, InputStream body, long totalBytes) {}

  @Override
  public String path() {
    return from.path() + "/blobs/" + digest;
  }

  @Override
  public String repository() {
    return from.path();
  }

  @Override
  public Map<String, String> headers() {
    return offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
  }

  @Override
  public String tried() {
    return "fetch blob " + digest + " of " + from;
  }

  @Override
  public boolean accepts(int status) {
    return status == 200 && !inRanges || status == 206 && offset > 0;
  }

  @Override
  public boolean keepsAnswer() {
    return true;
  }

  @Override
  public Part read(Answer answer) throws IOException {
    var coding = answer.header("Content-Encoding");
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw new UpstreamFailure.Malformed(tried(), "the registry encoded it as " + coding + " without being asked",
          null);
    }
    if (answer.status() == 206) {
      return new Part(answer, answer.body(), totalOfRange(answer));
    }
    var body = answer.body();
    body.skipNBytes(offset); // the registry knows no ranges: the whole blob comes again
    return new Part(answer, body, answer.contentLength().orElse(BlobStream.UNKNOWN));
  }

  private long totalOfRange(Answer answer) throws UpstreamFailure {
    var text = answer.header("Content-Range");
    var range = CONTENT_RANGE.matcher(text == null ? "" : text.strip());
    if (!range.matches()) {
      throw wrongRange(text);
    }
    var isToTheEnd = range.group(3).equals("*")
        || Long.parseLong(range.group(2)) == Long.parseLong(range.group(3)) - 1;
    if (Long.parseLong(range.group(1)) != offset || !isToTheEnd) {
      throw wrongRange(text);
    }
    return range.group(3).equals("*") ? BlobStream.UNKNOWN : Long.parseLong(range.group(3));
  }

  private UpstreamFailure wrongRange(@Nullable String text) {
    return new UpstreamFailure.Malformed(tried(),
        "the registry answered Content-Range \"" + text + "\" to bytes=" + offset + "-", null);
  }
}
