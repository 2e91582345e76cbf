package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cts.client.lab.FleetSimulation.PullCost;
import io.cts.client.lab.FleetSimulation.Site;
import org.junit.jupiter.api.Test;

class FleetSimulationTest {
  private static final PullCost COST = new PullCost(0.1, 400, 0.3, 0.5);

  @Test
  void a_node_alone_takes_the_slowest_of_what_goes_on_side_by_side_and_the_rest() {
    var fast = new Site(8, 10_000, 4_000);

    assertThat(alone(COST, new Site(8, 10_000, 100))).isCloseTo(400 / 100.0 + 0.5, within(1e-9));
    assertThat(alone(COST, fast)).isCloseTo(0.3 + 0.5, within(1e-9));
    assertThat(alone(new PullCost(2, 400, 0.3, 0.5), fast)).isCloseTo(2 + 0.5, within(1e-9));
  }

  private static double alone(PullCost cost, Site site) {
    return FleetSimulation.run(new double[]{3}, cost, site).p50();
  }

  @Test
  void nodes_that_come_together_share_the_egress() {
    var outcome = FleetSimulation.run(new double[10], new PullCost(0, 400, 0, 0), new Site(8, 200, 100));

    assertThat(outcome.p50()).isCloseTo(10 * 400 / 200.0, within(1e-9));
    assertThat(outcome.mostAtOnce()).isEqualTo(10);
  }

  @Test
  void nodes_that_come_together_share_the_processors() {
    var outcome = FleetSimulation.run(new double[10], new PullCost(1, 1e-9, 0, 0), new Site(2, 10_000, 100));

    assertThat(outcome.p99()).isCloseTo(5, within(1e-6));
  }

  @Test
  void a_fleet_within_the_capacity_is_served_as_it_comes_and_a_larger_one_queues() {
    var site = new Site(8, 1_000, 100);
    assertThat(FleetSimulation.capacity(COST, site)).isCloseTo(2.5, within(1e-9));

    var within = FleetSimulation.run(FleetSimulation.arrivals(1000, 1000, 1), COST, site);
    var beyond = FleetSimulation.run(FleetSimulation.arrivals(1000, 100, 1), COST, site);

    assertThat(within.p99()).isLessThan(10);
    assertThat(beyond.p99()).isGreaterThan(100);
    assertThat(beyond.pullsPerSecond()).isCloseTo(2.5, within(0.1));
  }

  @Test
  void jobs_go_to_the_worker_that_is_free_first() {
    assertThat(FleetSimulation.makespan(new double[]{4, 1, 1, 1}, 2)).isEqualTo(4);
    assertThat(FleetSimulation.makespan(new double[]{4, 1, 1, 1}, 1)).isEqualTo(7);
    assertThat(FleetSimulation.makespan(new double[]{1, 1, 1, 4}, 2)).isEqualTo(5);
  }
}
