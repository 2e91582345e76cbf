package io.cts.client.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.FakeCts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodesCommandTest {
  private static final String NODE = """
      {"node":"anonymous~10.0.0.7~containerd-2.1.9","engine":"containerd-2.1.9",
       "profile":{"bandwidthMbps":19.5,"bandwidthIsLowerBound":true,"rttMillis":40,"cores":0.5,"memoryBytes":4294967296,
                  "decodeRates":[{"family":"zstd","mbps":600}],"source":"passive","confidence":0.4},
       "sources":[{"source":"passive","bandwidthMbps":19.5,"bandwidthIsLowerBound":true,
                   "measuredAt":"2026-11-20T12:00:00Z"}],
       "validUntil":"2026-11-21T12:00:00Z","firstSeen":"2026-11-20T11:00:00Z","lastSeen":"2026-11-20T12:00:00Z"}
      """.replace("\n", "");

  private final FakeCts cts = new FakeCts();

  @AfterEach
  void stop() {
    cts.close();
  }

  @Test
  void list_marks_a_bandwidth_that_is_only_a_lower_bound() {
    cts.answers("GET /v1/nodes?limit=100", 200, "{\"items\":[" + NODE + "]}");

    var run = cts.run("nodes", "list");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().toList().get(1))
        .startsWith("anonymous~10.0.0.7~containerd-2.1.9  19.50+      40   0.50  passive      40.0 %");
  }

  @Test
  void show_tells_what_is_believed_and_who_said_what() {
    cts.answers("GET /v1/nodes/anonymous~10.0.0.7~containerd-2.1.9", 200, NODE);

    assertThat(cts.run("nodes", "show", "anonymous~10.0.0.7~containerd-2.1.9").out()).isEqualTo("""
        node       anonymous~10.0.0.7~containerd-2.1.9
        engine     containerd-2.1.9
        seen       2026-11-20T11:00:00Z to 2026-11-20T12:00:00Z
        believed   at least 19.50 Mbit/s, RTT 40 ms, zstd 600 MB/s, 0.50 cores, 4.29 GB memory
        confidence 40.0 %, until 2026-11-21T12:00:00Z
        passive    at least 19.50 Mbit/s (2026-11-20T12:00:00Z)
        """);
  }

  @Test
  void show_tells_what_a_probe_found_besides_and_passes_over_what_it_did_not() {
    cts.answers("GET /v1/nodes/edge-7", 200, """
        {"node":"edge-7","engine":"cts-agent-1","profile":{},"firstSeen":"2026-11-20T11:00:00Z",
         "lastSeen":"2026-11-20T12:00:00Z","sources":[{"source":"active","diskWriteMBps":210.5,
           "measuredAt":"2026-11-20T12:00:00Z","details":{"cpu":{"name":"A Processor","logicalCores":4},
             "disk":{"folder":"/var/lib/docker","device":"/dev/sda1","fileSystem":"ext4"},
             "link":{"oneStreamMbps":62.5,"severalStreamsMbps":93.5,"streams":4},"decodeRates":[]}}]}""");

    assertThat(cts.run("nodes", "show", "edge-7").out()).endsWith("""
        active     disk 210.50 MB/s (2026-11-20T12:00:00Z)
                   processor: A Processor, 4 logical cores
                   disk: /dev/sda1, ext4, /var/lib/docker
                   link: 62.50 Mbit/s with one stream, 93.50 Mbit/s with several
        """);
  }

  @Test
  void show_says_that_a_key_stands_for_several_machines() {
    cts.answers("GET /v1/nodes/office", 200, """
        {"node":"office","engine":"docker-28.5","profile":{},"group":true,"sources":[],
         "firstSeen":"2026-11-20T11:00:00Z","lastSeen":"2026-11-20T12:00:00Z"}""");

    assertThat(cts.run("nodes", "show", "office").out()).contains("group      several machines under one address");
  }

  @Test
  void a_node_that_nobody_knows_is_told_in_the_words_of_cts() {
    cts.answers("GET /v1/nodes/x", 404, "{\"detail\":\"nobody of that name ever pulled: GET /v1/nodes lists\"}");

    var run = cts.run("nodes", "show", "x");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).isEqualToIgnoringNewLines("cts: nobody of that name ever pulled: GET /v1/nodes lists");
  }
}
