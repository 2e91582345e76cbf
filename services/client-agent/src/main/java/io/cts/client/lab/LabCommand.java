package io.cts.client.lab;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cts lab}: one class a lab, listed here. */
@Command(name = "lab", mixinStandardHelpOptions = true, subcommands = {
    AgentLab.class, BigLayerLab.class, DecideLab.class, DeltaLab.class, EvictionLab.class, FirstPullLab.class,
    FootprintLab.class, LinkLab.class, OverlapLab.class, ScaleLab.class, ServeLab.class,
    TranscodeLab.class}, description = {
        "Measures CTS beside its peers and prints the figures.",
        "A lab fails only if it could not measure; whether a target is met is in its figures."}, footer = {"",
            "Example:", "  cts lab eviction --json"})
public final class LabCommand implements Runnable {
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(),
        "say which lab: " + String.join(", ", spec.subcommands().keySet()));
  }
}
