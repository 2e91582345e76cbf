package io.cts.client.pulls;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.CommandRun;
import io.cts.client.FakeCts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PullsCommandTest {
  private static final String ID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
  private static final String PULL = """
      {"id":"%s","image":"docker.io/library/nginx:1.27","platform":"linux/amd64","node":"edge-7","origin":"api",
       "objective":"latency","state":"served","since":"2026-11-20T12:00:00Z","form":"plain",
       "modelVersion":"analytic-0","reason":"plain saves 4.0 s of 14.0 s",
       "predicted":{"seconds":10.0,"bytes":60000000,"originalSeconds":14.0,"originalBytes":75000000},
       "measured":[{"node":"edge-7","engine":"containerd-2.1.9","transfers":1,"wireBytes":30000000,
                    "startedAt":"2026-11-20T12:01:00Z","seconds":4.25}],
       "layers":[
        {"layer":"sha256:1111111111ab2222","diffId":"sha256:3333","storedAs":"gzip","storedSizeBytes":37000000,
         "sizeBytes":90000000,"encoding":"zstd-3","reason":"zstd-3 is 2 s sooner than gzip-6",
         "predicted":{"bytes":30000000,"totalSeconds":5.0},
         "measured":[{"node":"edge-7","encoding":"zstd-3","wireBytes":30000000,"complete":true,"seconds":4.25}]},
        {"layer":"sha256:4444444444cd5555","sizeBytes":1024,"measured":[]}],
       "steps":[{"state":"requested","at":"2026-11-20T12:00:00Z"},{"state":"served","at":"2026-11-20T12:02:05Z"}]}
      """.formatted(ID).replace("\n", "");

  private final FakeCts cts = new FakeCts();

  @AfterEach
  void stop() {
    cts.close();
  }

  private static String events(String... states) {
    var events = new StringBuilder();
    for (var step = 1; step <= states.length; step++) {
      var isEnd = states[step - 1].matches("served|reported|expired|failed");
      events.append("id:%d\nevent:state\ndata:{\"pull\":\"%s\",\"step\":%d,\"state\":\"%s\",\"end\":%s,"
          .formatted(step, ID, step, states[step - 1], isEnd))
          .append("\"at\":\"2026-11-20T12:00:0%dZ\",\"detail\":\"because %d\"}\n\n".formatted(step, step));
    }
    return events.toString();
  }

  @Test
  void submit_sends_what_was_said_and_tells_how_to_follow() {
    cts.answers("POST /v1/pulls", 202, PULL);

    var run = cts.run("pulls", "submit", "nginx:1.27", "--node", "edge-7", "--platform", "linux/arm64");

    assertThat(run.exitCode()).isZero();
    assertThat(cts.asked()).containsExactly(
        "POST /v1/pulls {\"image\":\"nginx:1.27\",\"platform\":\"linux/arm64\",\"node\":\"edge-7\"}");
    assertThat(run.out().lines()).containsExactly("accepted docker.io/library/nginx:1.27 as pull " + ID,
        "follow it with: cts pulls watch " + ID);
  }

  @Test
  void submit_that_waits_tells_each_state_until_it_is_ready() {
    cts.answers("POST /v1/pulls", 202, PULL)
        .streams("GET /v1/pulls/" + ID + "/events", events("requested", "planned", "ready", "served"));

    var run = cts.run("pulls", "submit", "nginx:1.27", "--wait");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().skip(1).map(line -> line.replaceFirst("^[0-9:]+ +", ""))).containsExactly(
        "requested  because 1", "planned    because 2", "ready      because 3");
  }

  @Test
  void submit_says_what_cts_refused_in_its_own_words() {
    cts.answers("POST /v1/pulls", 422,
        "{\"detail\":\"no node of that name was registered; PUT /v1/nodes/x first\"}");

    var run = cts.run("pulls", "submit", "nginx", "--node", "x");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err().lines()).containsExactly("cts: no node of that name was registered; PUT /v1/nodes/x first");
  }

  @Test
  void watch_ends_with_the_pull_and_tells_by_its_exit_code_whether_it_was_in_vain() {
    cts.streams("GET /v1/pulls/" + ID + "/events", events("requested", "failed"));

    var run = cts.run("pulls", "watch", ID);

    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.out()).contains("failed     because 2");
  }

  @Test
  void watch_connects_again_where_the_stream_ends_before_the_pull_and_gives_up_in_the_end() {
    cts.streams("GET /v1/pulls/" + ID + "/events", events("requested"));

    var run = cts.run("pulls", "watch", ID, "--json");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(cts.asked()).hasSize(6);
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.err()).contains("the connection broke 6 times; look with: cts pulls show " + ID);
  }

  @Test
  void show_tells_states_layers_and_reasons() {
    cts.answers("GET /v1/pulls/" + ID, 200, PULL);

    assertThat(cts.run("pulls", "show", ID).out()).isEqualTo("""
        pull      %s
        image     docker.io/library/nginx:1.27  linux/amd64
        for       edge-7, asked by api
        state     served, served as plain
                  2026-11-20T12:00:00Z  requested
                  2026-11-20T12:02:05Z  served
        predicted 10.0 s and 60.0 MB; the original 14.0 s and 75.0 MB (analytic-0)
        measured  4.3 s and 30.0 MB to edge-7
        reason    plain saves 4.0 s of 14.0 s

        layer            size  stored as  planned    bytes   time  sent as    bytes   time
        1111111111ab  90.0 MB  gzip       zstd-3   30.0 MB  5.0 s  zstd-3   30.0 MB  4.3 s
        4444444444cd   1.0 kB  –          –              –      –  –              –      –
        1111111111ab: zstd-3 is 2 s sooner than gzip-6
        """.formatted(ID));
  }

  @Test
  void show_with_json_gives_what_the_api_said() {
    cts.answers("GET /v1/pulls/" + ID, 200, PULL);

    assertThat(cts.run("pulls", "show", ID, "--json").out().lines()).singleElement()
        .asString()
        .startsWith("{\"id\":\"" + ID + "\"")
        .contains("\"steps\":[");
  }

  @Test
  void list_goes_from_page_to_page_up_to_its_limit() {
    var item = "{\"id\":\"%s\",\"state\":\"ready\",\"form\":\"zstd\",\"origin\":\"watch\",\"since\":\"2026-11-20T12:00:00Z\","
        .formatted(ID) + "\"image\":\"docker.io/library/nginx:1\"}";
    cts.answers("GET /v1/pulls?limit=3&state=ready", 200,
        "{\"items\":[" + item + "," + item + "],\"next\":\"/v1/pulls?limit=3&state=ready&cursor=c\"}")
        .answers("GET /v1/pulls?limit=3&state=ready&cursor=c", 200, "{\"items\":[" + item + "," + item + "]}");

    var run = cts.run("pulls", "list", "--limit", "3", "--state", "ready");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines()).hasSize(4);
    assertThat(run.out().lines().findFirst().orElseThrow().split(" +"))
        .containsExactly("pull", "state", "form", "by", "since", "image", "node");
    assertThat(run.out()).contains("ready", "zstd", "watch", "docker.io/library/nginx:1");
  }

  @Test
  void what_cannot_be_reached_is_told_in_one_line_with_the_next_step() {
    cts.close();

    var run = cts.run("pulls", "list");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err().lines()).singleElement()
        .asString()
        .startsWith("cts: cannot reach CTS at " + cts.url())
        .endsWith("is it running? start CTS with \"cts up\", or say where it is with --api or CTS_API");
  }

  @Test
  void a_group_alone_is_misuse_and_names_its_commands() {
    var run = CommandRun.of("pulls");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("say what to do: submit, list, show, watch").contains("try: cts pulls --help");
  }
}
