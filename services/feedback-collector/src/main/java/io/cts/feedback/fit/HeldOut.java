package io.cts.feedback.fit;

/**
 * How wrong predictions are on nodes that the fit had not seen.
 *
 * @param before mean absolute percentage error of the constants in use, 0.04 for 4 %
 * @param after the same of constants fitted to the other nodes
 * @param nodes each of which was held out once
 * @param samples predicted
 */
public record HeldOut(double before, double after, int nodes, int samples) {}
