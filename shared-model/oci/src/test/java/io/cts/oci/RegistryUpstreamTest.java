package io.cts.oci;

import static io.cts.oci.ScriptedRegistry.cutAfter;
import static io.cts.oci.ScriptedRegistry.ok;
import static io.cts.oci.ScriptedRegistry.range;
import static io.cts.oci.ScriptedRegistry.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Digest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryUpstreamTest {
  private static final Reference TAG = new Reference.Tag("1");
  private static final String MANIFEST = "/v2/org/app/manifests/1";
  private static final byte[] BLOB = bytes(300_000);
  private static final Digest BLOB_DIGEST = Digest.sha256(BLOB);
  private static final String BLOB_PATH = "/v2/org/app/blobs/" + BLOB_DIGEST;
  private static final String BLOB_UNKNOWN = "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"blob unknown\"}]}";

  private final List<Duration> pauses = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private ScriptedRegistry registry;
  private RegistryUpstream upstream;

  private static byte[] bytes(int size) {
    var bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void start() throws IOException {
    registry = new ScriptedRegistry();
    upstream = upstream("quay.io", registry.url() + "/");
  }

  private RegistryUpstream upstream(String name, String url) {
    return new RegistryUpstream(name, URI.create(url), RetryPolicy.STANDARD, () -> now, time -> {
      pauses.add(time);
      now = now.plus(time);
    });
  }

  @AfterEach
  void stop() {
    upstream.close();
    registry.close();
  }

  private byte[] blob() throws IOException {
    try (var in = upstream.blob("org/app", BLOB_DIGEST, 0)) {
      return in.readAllBytes();
    }
  }

  @Test
  void a_manifest_is_handed_on_byte_for_byte() throws IOException {
    var json = " {\"schemaVersion\" :2}\n";
    registry.on(MANIFEST, status(200, json, "Content-Type", MediaTypes.OCI_MANIFEST + "; charset=utf-8"));

    var manifest = upstream.manifest("org/app", TAG);

    assertThat(manifest.bytes()).asString(UTF_8).isEqualTo(json);
    assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(manifest.digest()).isEqualTo(Digest.sha256(json.getBytes(UTF_8)));
    assertThat(registry.seen().getFirst().headers().getFirst("Accept")).isEqualTo(MediaTypes.ACCEPT_MANIFESTS);
  }

  @Test
  void a_challenge_is_answered_with_the_realms_token_which_is_then_kept() throws IOException {
    registry.on(MANIFEST,
        status(401, "", "WWW-Authenticate", "Bearer realm=\"" + registry.url()
            + "/token\",service=\"the registry\",scope=\"repository:org/app:pull\""),
        status(200, "{}"))
        .on("/token", status(200, "{\"token\":\"abc\",\"expires_in\":300}"));

    upstream.manifest("org/app", TAG);
    upstream.manifest("org/app", TAG);

    var seen = registry.seen();
    assertThat(seen).extracting(ScriptedRegistry.Seen::uri)
        .containsExactly(MANIFEST, "/token?service=the+registry&scope=repository%3Aorg%2Fapp%3Apull", MANIFEST,
            MANIFEST);
    assertThat(seen.get(2).headers().getFirst("Authorization")).isEqualTo("Bearer abc");
    assertThat(seen.get(3).headers().getFirst("Authorization")).isEqualTo("Bearer abc");
  }

  @Test
  void an_expired_token_is_not_used() throws IOException {
    registry.on(MANIFEST, status(401, "", "WWW-Authenticate", "Bearer realm=\"" + registry.url() + "/token\""),
        status(200, "{}"))
        .on("/token", status(200, "{\"access_token\":\"abc\",\"expires_in\":60}"));
    upstream.manifest("org/app", TAG);

    now = now.plusSeconds(61);
    upstream.manifest("org/app", TAG);

    assertThat(registry.seen().getLast().headers()).doesNotContainKey("Authorization");
  }

  @Test
  void a_realm_that_gives_anonymous_no_token_is_unauthorized() {
    registry.on(MANIFEST, status(401, "", "WWW-Authenticate", "Bearer realm=\"" + registry.url() + "/token\""))
        .on("/token", status(401, "{}"));

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.Unauthorized.class)
        .hasMessageContaining("tried to fetch manifest 1 of quay.io/org/app but the token realm answered 401");
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_registry_that_refuses_its_own_token_is_not_asked_again() {
    registry.on(MANIFEST, status(401, "", "WWW-Authenticate", "Bearer realm=\"" + registry.url() + "/token\""))
        .on("/token", status(200, "{\"token\":\"abc\"}"));

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.Unauthorized.class);
    assertThat(registry.seen()).hasSize(3);
  }

  @Test
  void a_registry_that_wants_a_password_is_unauthorized() {
    registry.on(MANIFEST, status(401, "", "WWW-Authenticate", "Basic realm=\"x\""));

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.Unauthorized.class);
  }

  @Test
  void a_refusal_is_not_asked_again() {
    registry.on(BLOB_PATH, status(403, "{\"errors\":[{\"code\":\"DENIED\"}]}"));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Forbidden.class).hasMessageContaining("403 DENIED");
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void a_missing_blob_is_told_with_the_registrys_own_code() {
    registry.on(BLOB_PATH, status(404, BLOB_UNKNOWN));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.NotFound.class)
        .hasMessage("tried to fetch blob " + BLOB_DIGEST
            + " of quay.io/org/app but the registry answered 404 BLOB_UNKNOWN (blob unknown); check the name and the tag");
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void a_registry_that_is_busy_is_asked_again_when_it_said() throws IOException {
    registry.on(BLOB_PATH, status(429, "", "Retry-After", "9"), ok(BLOB));

    assertThat(blob()).isEqualTo(BLOB);
    assertThat(pauses).containsExactly(Duration.ofSeconds(9));
  }

  @Test
  void a_date_to_retry_after_is_understood() throws IOException {
    registry.on(BLOB_PATH, status(503, ""), status(429, "", "Retry-After", "Thu, 01 Jan 2026 00:00:20 GMT"), ok(BLOB));

    assertThat(blob()).isEqualTo(BLOB);
    assertThat(now).isEqualTo(Instant.parse("2026-01-01T00:00:20Z"));
  }

  @Test
  void a_registry_that_wants_more_time_than_there_is_fails_at_once() {
    registry.on(BLOB_PATH, status(429, "", "Retry-After", "3600"));

    assertThatThrownBy(this::blob)
        .isInstanceOfSatisfying(UpstreamFailure.RateLimited.class,
            failure -> assertThat(failure.retryAfter()).contains(Duration.ofHours(1)))
        .hasMessageContaining("ask again in 3600 s");
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_server_error_is_asked_again_with_growing_pauses_and_then_told() {
    registry.on(BLOB_PATH, status(500, "<html>"));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Unavailable.class)
        .hasMessageContaining("the registry answered 500;");
    assertThat(registry.seen()).hasSize(RetryPolicy.STANDARD.attempts());
    assertThat(pauses).hasSize(4).isSortedAccordingTo(Duration::compareTo);
  }

  @Test
  void a_registry_that_is_gone_is_unavailable() {
    registry.close();

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Unavailable.class)
        .hasMessageContaining("no connection could be made");
    assertThat(pauses).hasSize(4);
  }

  @Test
  void a_registry_that_does_not_pick_up_is_dialled_once_and_then_left_alone_for_a_while() throws Exception {
    try (var silent = new BlackHole()) { // pain 10: a dead upstream delays every blob
      upstream = new RegistryUpstream("quay.io", URI.create(silent.url() + "/"),
          RetryPolicy.STANDARD.dialling(Duration.ofMillis(200)), () -> now, pauses::add);

      assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Unavailable.class)
          .hasMessageContaining("127.0.0.1:" + silent.port() + " did not pick up within 200 ms");
      assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Unavailable.class)
          .hasMessageContaining("did not pick up when it was last dialled, and is dialled again in");
      now = now.plusSeconds(11);
      assertThatThrownBy(this::blob).hasMessageContaining("did not pick up within 200 ms");
      assertThat(pauses).isEmpty();
    }
  }

  @Test
  void a_blob_cut_in_the_middle_goes_on_where_it_stopped() throws IOException {
    registry.on(BLOB_PATH, cutAfter(100_000, BLOB), range(BLOB));

    assertThat(blob()).isEqualTo(BLOB);
    assertThat(registry.seen().getLast().headers().getFirst("Range")).isEqualTo("bytes=100000-");
  }

  @Test
  void a_registry_without_ranges_sends_the_blob_again_and_what_was_had_is_skipped() throws IOException {
    registry.on(BLOB_PATH, cutAfter(100_000, BLOB), ok(BLOB));

    assertThat(blob()).isEqualTo(BLOB);
  }

  @Test
  void a_part_that_begins_elsewhere_is_refused() {
    registry.on(BLOB_PATH, cutAfter(100_000, BLOB),
        status(206, "x", "Content-Range", "bytes 99999-299999/" + BLOB.length));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Malformed.class)
        .hasMessageContaining("Content-Range \"bytes 99999-299999/300000\" to bytes=100000-");
  }

  @Test
  void a_blob_that_is_always_cut_fails_in_the_end() {
    registry.on(BLOB_PATH, cutAfter(0, BLOB));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Unavailable.class)
        .hasMessageContaining("broke off at byte 0 for the 5. time");
  }

  @Test
  void a_blob_is_read_from_an_offset() throws IOException {
    registry.on(BLOB_PATH, range(BLOB));

    try (var in = upstream.blob("org/app", BLOB_DIGEST, 299_990)) {
      assertThat(in.totalBytes()).isEqualTo(BLOB.length);
      assertThat(in.readAllBytes()).hasSize(10);
    }
  }

  @Test
  void the_end_of_a_blob_is_had_of_nobody_who_would_send_all_before_it() throws IOException {
    registry.on(BLOB_PATH, range(BLOB), ok(BLOB));

    try (var in = upstream.end("org/app", BLOB_DIGEST, 299_996)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(BLOB, 299_996, 300_000));
    }
    assertThatThrownBy(() -> upstream.end("org/app", BLOB_DIGEST, 299_996)).isInstanceOf(UpstreamFailure.class)
        .hasMessageContaining("200");
  }

  @Test
  void bytes_encoded_without_being_asked_are_refused() {
    registry.on(BLOB_PATH, ok(BLOB, "Content-Encoding", "gzip"));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Malformed.class).hasMessageContaining("gzip");
  }

  @Test
  void a_redirect_to_another_host_is_followed_without_the_token() throws IOException {
    try (var storage = new ScriptedRegistry()) {
      storage.on("/bucket/blob", ok(BLOB));
      registry.on(BLOB_PATH, status(401, "", "WWW-Authenticate", "Bearer realm=\"" + registry.url() + "/token\""),
          status(307, "", "Location", "http://localhost:" + storage.port() + "/bucket/blob?signature=x"))
          .on("/token", status(200, "{\"token\":\"abc\"}"));

      assertThat(blob()).isEqualTo(BLOB);
      assertThat(registry.seen().getLast().headers().getFirst("Authorization")).isEqualTo("Bearer abc");
      assertThat(storage.seen().getFirst().headers()).doesNotContainKey("Authorization");
    }
  }

  @Test
  void a_redirect_to_a_private_address_is_refused() {
    registry.on(BLOB_PATH, status(307, "", "Location", "http://10.0.0.1/blob"));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.NotAllowed.class)
        .hasMessageContaining("10.0.0.1 is 10.0.0.1 (private)");
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_token_realm_at_a_metadata_address_is_refused() {
    registry.on(MANIFEST,
        status(401, "", "WWW-Authenticate", "Bearer realm=\"http://169.254.169.254/latest/meta-data\""));

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.NotAllowed.class)
        .hasMessageContaining("link local");
  }

  @Test
  void an_upstream_over_https_may_not_be_left_for_http() {
    var secure = new RegistryClient(URI.create("https://quay.io/"), Duration.ofSeconds(1), () -> now);

    assertThatThrownBy(
        () -> secure.send("fetch it", "GET", URI.create("http://cdn.example/x"), Map.of(), null))
        .isInstanceOf(UpstreamFailure.NotAllowed.class)
        .hasMessageContaining("not https");
  }

  @Test
  void a_redirect_to_a_file_is_refused() {
    registry.on(BLOB_PATH, status(302, "", "Location", "file:///etc/passwd"));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.NotAllowed.class);
  }

  @Test
  void redirects_in_a_circle_end() {
    registry.on(BLOB_PATH, status(307, "", "Location", BLOB_PATH));

    assertThatThrownBy(this::blob).isInstanceOf(UpstreamFailure.Malformed.class)
        .hasMessageContaining("more than 5 times");
  }

  @Test
  void a_manifest_of_another_digest_is_refused() {
    var asked = Digest.sha256(new byte[]{1});
    registry.on("/v2/org/app/manifests/" + asked, status(200, "{}"));

    assertThatThrownBy(() -> upstream.manifest("org/app", new Reference.Exact(asked)))
        .isInstanceOf(UpstreamFailure.Malformed.class)
        .hasMessageContaining("its bytes are sha256:44136fa3");
  }

  @Test
  void a_manifest_that_never_ends_is_refused_at_the_bound() {
    registry.on(MANIFEST, ok(new byte[RawManifest.MOST_BYTES + 1]));

    assertThatThrownBy(() -> upstream.manifest("org/app", TAG)).isInstanceOf(UpstreamFailure.Malformed.class)
        .hasMessageContaining("longer than 4194304 bytes");
  }

  @Test
  void a_tag_is_checked_without_its_bytes() throws IOException {
    registry.on(MANIFEST, status(200, "{}", "Content-Type", MediaTypes.OCI_INDEX, "Docker-Content-Digest",
        BLOB_DIGEST.toString()));

    var head = upstream.head("org/app", TAG);

    assertThat(head).isEqualTo(new Upstream.ManifestHead(MediaTypes.OCI_INDEX, BLOB_DIGEST, 2));
    assertThat(registry.seen().getFirst().method()).isEqualTo("HEAD");
  }

  @Test
  void tags_come_in_pages() throws IOException {
    registry.on("/v2/org/app/tags/list", status(200, "{\"name\":\"org/app\",\"tags\":[\"1\",\"2\"]}", "Link",
        "</v2/org/app/tags/list?last=2&n=2>; rel=\"next\""), status(200, "{\"tags\":null}"));

    var first = upstream.tags("org/app", new Upstream.TagQuery(2, null));
    var second = upstream.tags("org/app", new Upstream.TagQuery(2, first.next()));

    assertThat(first).isEqualTo(new Upstream.TagPage(List.of("1", "2"), "2"));
    assertThat(second).isEqualTo(new Upstream.TagPage(List.of(), null));
    assertThat(registry.seen().getLast().uri()).isEqualTo("/v2/org/app/tags/list?n=2&last=2");
  }

  @Test
  void referrers_are_gathered_over_pages() throws IOException {
    var one = Documents.index(List.of(new Descriptor(MediaTypes.OCI_MANIFEST, BLOB_DIGEST, 5)), Map.of());
    var path = "/v2/org/app/referrers/" + BLOB_DIGEST;
    registry.on(path, ok(one.bytes(), "Link", "<" + path + "?page=2>; rel=\"next\""), ok(one.bytes()));

    assertThat(upstream.referrers("org/app", BLOB_DIGEST)).hasSize(2);
    assertThat(registry.seen().getLast().uri()).isEqualTo(path + "?page=2");
  }

  @Test
  void referrers_of_a_registry_without_the_api_are_found_by_tag() throws IOException {
    var one = Documents.index(List.of(new Descriptor(MediaTypes.OCI_MANIFEST, BLOB_DIGEST, 5)), Map.of());
    registry.on("/v2/org/app/manifests/sha256-" + BLOB_DIGEST.hex(),
        ok(one.bytes(), "Content-Type", MediaTypes.OCI_INDEX));

    assertThat(upstream.referrers("org/app", BLOB_DIGEST)).hasSize(1);
    assertThat(upstream.referrers("org/other", BLOB_DIGEST)).isEmpty();
  }

  @Test
  void a_registry_is_found_even_if_it_wants_a_login() throws IOException {
    registry.on("/v2/", status(401, "", "WWW-Authenticate", "Basic realm=\"x\""));

    upstream.ping();

    assertThat(registry.seen()).hasSize(1);
  }
}
