package io.cts.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells whether CTS answers, both its API and its registry. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "Tells whether CTS answers.", footer = {"",
    "Example:", "  cts status --cts http://cts.example:8080 --registry http://cts.example:5000"})
final class StatusCommand implements Callable<Integer> {
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  private record Status(String what, String url, boolean up, String detail) {}

  @Override
  public Integer call() throws CommandFailed {
    var api = api();
    var registry = registry();
    for (var status : new Status[]{api, registry}) {
      output.line("%-8s %s  %s".formatted(status.what, output.styled(status.up ? "fg(green)" : "fg(red)",
          status.up ? "up  " : "down"), status.detail));
      output.object(status);
    }
    return api.up && registry.up ? 0 : Cts.FAILED;
  }

  private Status api() throws CommandFailed {
    var api = server.api();
    try {
      var health = api.get("actuator/health").path("status").asString("unknown");
      return new Status("api", api.base().toString(), health.equals("UP"), api.base() + " says " + health);
    } catch (CommandFailed e) {
      return new Status("api", api.base().toString(), false, String.valueOf(e.getMessage()));
    }
  }

  private Status registry() throws CommandFailed {
    var url = server.registry().toString();
    try {
      new CtsApi(server.registry()).get("v2/");
      return new Status("registry", url, true, url + " answers");
    } catch (CommandFailed e) {
      return new Status("registry", url, false, String.valueOf(e.getMessage()));
    }
  }
}
