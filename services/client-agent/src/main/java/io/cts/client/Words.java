package io.cts.client;

import io.cts.client.pull.RateLimit;
import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The types of CTS that may be typed on the command line; what is wrong with one is told in its own words. */
final class Words {

  private Words() {}

  static CommandLine known(CommandLine line) {
    return line.registerConverter(ImageRef.class, worded(ImageRef::parse))
        .registerConverter(Digest.class, worded(Digest::parse))
        .registerConverter(Platform.class, worded(Platform::parse))
        .registerConverter(PullId.class, worded(PullId::parse))
        .registerConverter(NodeId.class, worded(NodeId::of))
        .registerConverter(RateLimit.class, worded(RateLimit::parse));
  }

  private static <T> ITypeConverter<T> worded(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }
}
