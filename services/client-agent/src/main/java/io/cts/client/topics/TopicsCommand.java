package io.cts.client.topics;

import io.cts.client.CommandGroup;
import picocli.CommandLine.Command;

/** The topics that the services speak through. */
@Command(name = "topics", mixinStandardHelpOptions = true, description = "Listens to what the services tell each other.", subcommands = {
    TopicsList.class, TopicsTail.class})
public final class TopicsCommand extends CommandGroup {}
