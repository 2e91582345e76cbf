package io.cts.client.cache;

import io.cts.client.CommandGroup;
import picocli.CommandLine.Command;

/** The store of the cache service. */
@Command(name = "cache", mixinStandardHelpOptions = true, description = "Tells what CTS's store holds.", subcommands = CacheStats.class)
public final class CacheCommand extends CommandGroup {}
