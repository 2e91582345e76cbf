package io.cts.client.lab;

import java.util.List;
import java.util.Locale;

/**
 * A client that the agent is measured on.
 *
 * @param cores that its engine and its agent share
 */
record AgentCell(int mbit, int roundTripMillis, double cores) {

  /** What a table of all would take hours for, in a few: each value of each at least twice, and the corners that hurt. */
  static List<AgentCell> usual() {
    return List.of(new AgentCell(2, 50, 1), new AgentCell(2, 0, 0.25), new AgentCell(20, 20, 0.5),
        new AgentCell(20, 100, 2), new AgentCell(100, 0, 1), new AgentCell(100, 100, 2), new AgentCell(100, 20, 0.25),
        new AgentCell(1000, 0, 2), new AgentCell(1000, 20, 0.5));
  }

  /** Of how many files of the image one is taken, so that a pull lasts seconds on each link. */
  int oneOf() {
    return mbit >= 20 ? 1 : 8;
  }

  /** How much faster an update has to be; 1: no slower. */
  double wantedOfUpdates() {
    return mbit <= 20 ? 5 : mbit <= 100 ? 2 : 1;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d Mbit/s, %d ms, %s cores", mbit, roundTripMillis,
        cores == Math.rint(cores) ? String.valueOf((int) cores) : String.valueOf(cores));
  }
}
