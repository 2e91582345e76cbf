package io.cts.client.pulls;

import io.cts.client.CommandGroup;
import picocli.CommandLine.Command;

/** Pulls: images that nodes want. */
@Command(name = "pulls", mixinStandardHelpOptions = true, description = "Has images made ready, and tells what became of each pull.", subcommands = {
    PullsSubmit.class, PullsList.class, PullsShow.class, PullsWatch.class})
public final class PullsCommand extends CommandGroup {}
