package io.cts.probereceiver.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.Event;
import io.cts.contract.PullReported;
import io.cts.probereceiver.Told;
import io.cts.probereceiver.door.Problem;
import io.cts.probereceiver.door.Refused;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

class ProbeControllerTest {
  private static final String REPORT = """
      {"pull": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "node": "edge-7", "form": "plain", "totalSeconds": 9.5,
       "layers": [{"diffId": "sha256:%s", "encoding": "zstd-3", "wireBytes": 30000000, "wireSeconds": 4.2}]}
      """.formatted("0".repeat(64));

  private final List<Event> recorded = new ArrayList<>();
  private final ProbeController probe = new ProbeController(recorded::add,
      Clock.fixed(Told.NOON, ZoneOffset.UTC));

  @Test
  void a_download_has_the_size_asked_for_and_no_codec_makes_it_smaller() throws Exception {
    var answer = new MockHttpServletResponse();

    probe.download(1_000_001, answer);

    var sent = answer.getContentAsByteArray();
    assertThat(sent).hasSize(1_000_001);
    assertThat(answer.getHeader("Content-Length")).isEqualTo("1000001");
    assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store, no-transform");
    var deflated = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(deflated, new Deflater(9))) {
      deflater.write(sent);
    }
    assertThat(deflated.size()).isGreaterThan(sent.length);
  }

  @Test
  void a_download_of_nothing_or_too_much_is_refused() {
    for (long bytes : new long[]{0, -1, ProbeController.MOST_BYTES + 1L}) {
      assertThatThrownBy(() -> probe.download(bytes, new MockHttpServletResponse()))
          .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED_PARAMETER))
          .hasMessageContaining("between 1 and 67108864");
    }
  }

  @Test
  void an_upload_is_counted_and_forgotten() throws Exception {
    var request = new MockHttpServletRequest();
    request.setContent(new byte[300_000]);

    var uploaded = probe.upload(request);

    assertThat(uploaded.bytes()).isEqualTo(300_000);
    assertThat(uploaded.seconds()).isNotNegative();
  }

  @Test
  void an_upload_that_says_it_is_too_large_is_refused_unread() {
    var request = new MockHttpServletRequest() {
      @Override
      public long getContentLengthLong() {
        return ProbeController.MOST_BYTES + 1L;
      }
    };

    assertThatThrownBy(() -> probe.upload(request))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.problem()).isEqualTo(Problem.TOO_LARGE));
  }

  private PullReport report(String json) {
    return JsonMapper.builder().build().readValue(json, PullReport.class);
  }

  @Test
  void a_report_becomes_an_observation_and_the_same_report_the_same_one() {
    probe.report(report(REPORT));
    probe.report(report(REPORT));

    assertThat(recorded).hasSize(2).allSatisfy(event -> assertThat(event).isInstanceOf(PullReported.class));
    assertThat(recorded.get(0)).isEqualTo(recorded.get(1));
    assertThat(recorded.get(0).at()).isEqualTo(Told.NOON);
  }

  @Test
  void a_report_that_lacks_something_or_cannot_be_is_told_what() {
    assertThatThrownBy(() -> probe.report(report(REPORT.replace("\"node\": \"edge-7\",", ""))))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("node is missing");
    assertThatThrownBy(() -> probe.report(report(REPORT.replace("9.5", "-1"))))
        .hasMessageContaining("totalSeconds must not be negative");
    assertThatThrownBy(() -> probe.report(report(REPORT.replace("4.2", "-4.2"))))
        .hasMessageContaining("wireSeconds of layer sha256:");
    assertThat(recorded).isEmpty();
  }
}
