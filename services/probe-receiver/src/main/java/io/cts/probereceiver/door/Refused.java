package io.cts.probereceiver.door;

/** A request that the API refuses; the message is the problem's detail: what was tried, on what, why, what to do. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Problem problem;

  public Refused(Problem problem, String detail) {
    super(detail);
    this.problem = problem;
  }

  public Refused(Problem problem, String detail, Throwable cause) {
    super(detail, cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
