package io.cts.client;

import picocli.CommandLine.IVersionProvider;

/** The version of this program. */
public final class Version implements IVersionProvider {

  /** As in the jar's manifest. */
  public static String text() {
    var version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "0-development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[]{"cts " + text()};
  }
}
