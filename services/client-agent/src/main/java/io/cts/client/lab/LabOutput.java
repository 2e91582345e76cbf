package io.cts.client.lab;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Mixed into every lab: for whom it prints. */
final class LabOutput {
  @Option(names = "--json", description = "one figure a line, for machines")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec lab;

  LabReport report() {
    return new LabReport(lab.commandLine().getOut(), json);
  }
}
