package io.cts.client.nodes;

import io.cts.client.CommandGroup;
import picocli.CommandLine.Command;

/** Nodes: client machines. */
@Command(name = "nodes", mixinStandardHelpOptions = true, description = "Tells what is known of client machines.", subcommands = {
    NodesList.class, NodesShow.class})
public final class NodesCommand extends CommandGroup {}
