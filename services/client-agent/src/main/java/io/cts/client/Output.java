package io.cts.client;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Mixed into every command: how it says what it found, to a person or, with {@code --json}, to a program. */
public final class Output {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--json", description = "Print JSON for programs, one object a line.")
  private boolean json;

  public boolean isJson() {
    return json;
  }

  /** A line for a person; nothing with {@code --json}. */
  public void line(String text) {
    if (!json) {
      out().println(text);
    }
  }

  /** An object for a program; nothing without {@code --json}. */
  public void object(Object value) {
    if (json) {
      out().println(Json.MAPPER.writeValueAsString(value));
    }
  }

  /** Columns for a person, aligned; those in {@code right} to the right. */
  public void table(Table table) {
    if (!json) {
      table.lines().forEach(out()::println);
    }
  }

  /** What is going on, on standard error, so that it mixes with nothing. */
  public void progress(String text) {
    if (!json) {
      command.commandLine().getErr().println(text);
    }
  }

  /** Whether somebody sees what changes. */
  boolean isWatched() {
    return !json && command.commandLine().getColorScheme().ansi().enabled();
  }

  /** A line that the next one overwrites. */
  void transientProgress(String text) {
    var err = command.commandLine().getErr();
    err.print("\r\u001b[K" + text);
    err.flush();
  }

  /** Text in a style of picocli's, such as {@code bold} or {@code fg(green)}, where the terminal shows it. */
  public String styled(String style, String text) {
    return command.commandLine().getColorScheme().ansi().string("@|" + style + " " + text + "|@");
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Rows under headings; columns of quantities, such as {@code 133.5 MB}, to the right. */
  public record Table(List<String> headings, List<List<String>> rows) {
    private static final Pattern QUANTITY = Pattern.compile("-?[0-9]+(?:[.][0-9]+)?[+]?(?: [^ ]+)?");

    public Table {
      headings = List.copyOf(headings);
      rows = List.copyOf(rows);
    }

    List<String> lines() {
      var widths = new int[headings.size()];
      var numeric = new boolean[headings.size()];
      for (var column = 0; column < widths.length; column++) {
        widths[column] = headings.get(column).length();
        var cells = column;
        numeric[column] = rows.stream().anyMatch(row -> QUANTITY.matcher(row.get(cells)).matches())
            && rows.stream()
                .allMatch(row -> row.get(cells).isEmpty() || row.get(cells).equals(Quantities.ABSENT)
                    || QUANTITY.matcher(row.get(cells)).matches());
        for (var row : rows) {
          widths[column] = Math.max(widths[column], row.get(column).length());
        }
      }
      var lines = new ArrayList<String>();
      lines.add(line(headings, widths, numeric));
      rows.forEach(row -> lines.add(line(row, widths, numeric)));
      return lines;
    }

    private static String line(List<String> cells, int[] widths, boolean[] numeric) {
      var line = new StringBuilder();
      for (var column = 0; column < widths.length; column++) {
        var padding = " ".repeat(widths[column] - cells.get(column).length());
        line.append(numeric[column] ? padding + cells.get(column) : cells.get(column) + padding).append("  ");
      }
      return line.toString().stripTrailing();
    }
  }
}
