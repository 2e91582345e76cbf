package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A client machine as CTS tells them apart: {@code principal~address~engine}, such as
 * {@code anonymous~10.0.0.7~containerd-2.1.9}, or a name that an agent or an operator chose.
 */
public record NodeId(String value) {
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:~@+-]{0,199}");

  public NodeId {
    if (!ALLOWED.matcher(value).matches()) {
      throw new IllegalArgumentException("not a node: \"" + value
          + "\" (expected up to 200 letters, digits and ._:~@+- with a letter or digit first)");
    }
  }

  @JsonCreator
  public static NodeId of(String value) {
    return new NodeId(value);
  }

  /** The node that a registry request comes from. {@code principal} is {@code anonymous} without a login. */
  public static NodeId observed(String principal, String address, Engine engine) {
    return new NodeId((principal + "~" + address + "~" + engine).replaceAll("[^A-Za-z0-9._:~@+-]", "-"));
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
