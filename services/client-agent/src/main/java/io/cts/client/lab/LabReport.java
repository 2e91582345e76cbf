package io.cts.client.lab;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every lab prints: a table for people, or with {@code --json} one {@link Figure} a line as soon as it is there.
 * Missed targets do not make a lab fail; not being able to measure does.
 */
final class LabReport implements AutoCloseable {
  private static final List<String> HEAD = List.of("figure", "value", "unit", "peer", "its value", "ratio", "target",
      "met");
  private final PrintWriter out;
  private final boolean json;
  private final JsonMapper mapper = JsonMapper.builder().build();
  private final List<Figure> figures = new ArrayList<>();

  LabReport(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** Tells people, and them alone, what is measured and under which conditions. */
  void note(String text) {
    if (!json) {
      out.println(text);
      out.flush();
    }
  }

  void add(Figure figure) {
    figures.add(figure);
    if (json) {
      out.println(mapper.writeValueAsString(figure));
      out.flush();
    }
  }

  /** Ends the report: the table, where people read, of all that was measured before the lab ended or failed. */
  @Override
  public void close() {
    if (json || figures.isEmpty()) {
      return;
    }
    var rows = new ArrayList<List<String>>();
    rows.add(HEAD);
    figures.forEach(figure -> rows.add(List.of(figure.figure(), number(figure.value()), figure.unit(),
        text(figure.peer()), figure.peerValue() == null ? "" : number(figure.peerValue()),
        figure.ratio() == null ? "" : String.format(Locale.ROOT, "%.2fx", figure.ratio()), text(figure.target()),
        figure.met() == null ? "" : figure.met() ? "yes" : "NO")));
    var widths = new int[HEAD.size()];
    rows.forEach(row -> {
      for (var column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    });
    out.println();
    rows.forEach(row -> out.println(line(row, widths)));
    out.flush();
  }

  private static String line(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (var column = 0; column < widths.length; column++) {
      var isNumber = column == 1 || column == 4 || column == 5;
      line.append(String.format(Locale.ROOT, isNumber ? "%" + widths[column] + "s  " : "%-" + widths[column] + "s  ",
          row.get(column)));
    }
    return line.toString().stripTrailing();
  }

  /** Four digits that matter, without an exponent. */
  private static String number(double value) {
    var magnitude = Math.abs(value);
    var decimals = magnitude >= 1000 || magnitude == 0 ? 0 : magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
