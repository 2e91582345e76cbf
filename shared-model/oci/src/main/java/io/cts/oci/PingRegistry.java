package io.cts.oci;

/** Asks whether there is a registry at all (OCI distribution specification 1.1, end-1). */
record PingRegistry(String upstream) implements RegistryVerb<Boolean> {

  @Override
  public String path() {
    return "";
  }

  @Override
  public String repository() {
    return "";
  }

  @Override
  public String tried() {
    return "find a registry at " + upstream;
  }

  /** A registry that wants a login is one. */
  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 401 || status == 403;
  }

  @Override
  public Boolean read(Answer answer) {
    return true;
  }
}
