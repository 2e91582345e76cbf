package io.cts.client;

import io.cts.client.probe.Machine;
import io.cts.contract.NodeId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Mixed into commands that act for this machine: the name that it goes by in CTS. */
public final class NodeName {
  @Option(names = "--node", paramLabel = "NAME", defaultValue = "${env:CTS_NODE}", description = "The name that this machine goes by in CTS (default: its host name; environment: CTS_NODE).")
  private @Nullable NodeId node;

  public NodeId node() throws CommandFailed {
    if (node != null) {
      return node;
    }
    var name = Machine.name();
    try {
      return NodeId.of(name);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("this machine's name \"" + name + "\" is none that CTS takes; give one with --node", e);
    }
  }
}
