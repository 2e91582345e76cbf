package io.cts.client.lab;

import java.lang.ref.Reference;

/** A program of its own that holds so many bytes until its input ends. */
final class Holding {

  private Holding() {}

  public static void main(String[] arguments) throws Exception {
    var garbage = new byte[20_000_000];
    Reference.reachabilityFence(garbage);
    garbage = new byte[0];
    var held = new byte[Integer.parseInt(arguments[0])];
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // whoever started it has not ended it yet
    }
    Reference.reachabilityFence(held);
  }
}
