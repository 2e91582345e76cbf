package io.cts.probereceiver.door;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Says in one sentence for people why a JSON body was not understood. */
final class UnreadableBody {
  private UnreadableBody() {}

  static String why(HttpMessageNotReadableException unreadable) {
    return switch (unreadable.getCause()) {
      case UnrecognizedPropertyException unknown -> "it knows no field \"" + unknown.getPropertyName()
          + "\" (known are " + known(unknown) + ")";
      case InvalidFormatException wrong -> field(wrong) + " cannot be \"" + wrong.getValue() + "\"" + choices(wrong);
      case DatabindException refused when refused.getCause() instanceof IllegalArgumentException why -> field(refused)
          + " is wrong: " + why.getMessage();
      case DatabindException wrong -> field(wrong) + " is of the wrong kind: " + wrong.getOriginalMessage();
      case StreamConstraintsException large -> "it is larger than allowed: " + large.getOriginalMessage();
      case StreamReadException malformed -> "it is not JSON: " + malformed.getOriginalMessage() + place(malformed);
      case null, default -> "there is none, or it broke off";
    };
  }

  private static String known(UnrecognizedPropertyException unknown) {
    return unknown.getKnownPropertyIds().stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
  }

  private static String choices(InvalidFormatException wrong) {
    var type = wrong.getTargetType();
    if (!type.isEnum()) {
      return " (expected " + type.getSimpleName() + ")";
    }
    return " (expected one of "
        + Arrays.stream(type.getEnumConstants())
            .map(JsonMapper.shared()::writeValueAsString)
            .collect(Collectors.joining(", "))
        + ")";
  }

  private static String field(DatabindException wrong) {
    var path = wrong.getPath()
        .stream()
        .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
        .collect(Collectors.joining());
    return path.isEmpty() ? "it" : "\"" + (path.startsWith(".") ? path.substring(1) : path) + "\"";
  }

  private static String place(JacksonException malformed) {
    var at = malformed.getLocation();
    return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }
}
