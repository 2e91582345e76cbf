package io.cts.client.images;

import io.cts.client.CommandGroup;
import picocli.CommandLine.Command;

/** Images as CTS holds them. */
@Command(name = "images", mixinStandardHelpOptions = true, description = "Tells what CTS holds of an image.", subcommands = {
    ImagesDigest.class, ImagesShow.class})
public final class ImagesCommand extends CommandGroup {}
