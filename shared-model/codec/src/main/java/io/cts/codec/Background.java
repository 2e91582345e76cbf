package io.cts.codec;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Work that nobody waits for, beside threads that serve. It takes the processors that they leave: where all are wanted, a
 * tenth of what they get. Linux alone has priorities of threads; elsewhere the work is done as any other.
 */
public final class Background {
  /** Of setpriority(2): for a thread, as Linux reads it; 0 names the calling one. */
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;
  private static final int NICE = 10;

  private final Optional<Calls> calls;

  private record Calls(MethodHandle getPriority, MethodHandle setPriority) {}

  public Background() {
    calls = System.getProperty("os.name").equals("Linux") ? found() : Optional.empty();
  }

  private static Optional<Calls> found() {
    var linker = Linker.nativeLinker();
    var symbols = linker.defaultLookup();
    var number = ValueLayout.JAVA_INT;
    return symbols.find("getpriority")
        .flatMap(get -> symbols.find("setpriority")
            .map(set -> new Calls(linker.downcallHandle(get, FunctionDescriptor.of(number, number, number)),
                linker.downcallHandle(set, FunctionDescriptor.of(number, number, number, number)))));
  }

  /** The calling platform thread, and those that it starts from now on, give way to others; for the rest of their lives. */
  public void giveWay() {
    calls.ifPresent(Background::lower);
  }

  private static void lower(Calls calls) {
    try {
      if ((int) calls.getPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD) < NICE) {
        var _ = (int) calls.setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, NICE);
      }
    } catch (Throwable e) { // of invokeExact's signature: neither function throws
      throw new IllegalStateException("the C library did not change a thread's priority", e);
    }
  }
}
