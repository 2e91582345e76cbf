package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScoreboardCommandTest {
  private final FakeCts cts = new FakeCts();

  @AfterEach
  void stop() {
    cts.close();
  }

  @Test
  void what_was_saved_is_labelled_with_its_basis() {
    cts.answers("GET /v1/scoreboard?window=P7D", 200,
        """
            {"pulls":120,"savings":{"basis":"predicted","pulls":100,"seconds":420.5,"secondsPerPull":4.2,"secondsShare":0.31,
             "bytes":1500000000,"bytesShare":0.2,"note":"there is no control group"},
             "predictionError":{"transfers":300,"meanAbsolutePercentage":0.08,"medianAbsolutePercentage":0.05},
             "byForm":[{"name":"plain","pulls":80,"transfers":300,"bytes":6000000000}],"byEncoding":[],"byNodeClass":[]}
            """);

    assertThat(cts.run("scoreboard", "--days", "7").out()).isEqualTo("""
        120 pulls in 7 days
        saved (predicted): 420.5 s (31.0 %) and 1.50 GB (20.0 %) over 100 pulls
        saved: there is no control group
        predictions are off by 5.0 % (median), 8.0 % (mean) over 300 transfers

        form   pulls  transfers    bytes
        plain     80        300  6.00 GB
        """);
  }

  @Test
  void too_little_data_is_said_and_no_number_is_invented() {
    cts.answers("GET /v1/scoreboard?window=P30D", 200, """
        {"pulls":2,"savings":{"basis":"predicted","pulls":2,"note":"not enough data: 2 of 30 pulls"},
         "predictionError":{"transfers":0,"note":"not enough data: 0 of 10 predicted and timed transfers"}}
        """);

    assertThat(cts.run("scoreboard").out()).isEqualTo("""
        2 pulls in 30 days
        saved: not enough data: 2 of 30 pulls
        predictions: not enough data: 0 of 10 predicted and timed transfers
        """);
  }
}
