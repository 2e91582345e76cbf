package io.cts.cost;

import io.cts.contract.Form;
import io.cts.contract.Objective;
import java.util.Locale;
import java.util.Map;

/** Why a plan is as it is, for people. */
final class Sentences {
  private Sentences() {}

  static String plan(PullContext context, Link.Range link, Planning planning, Option chosen, Option original,
      Map<Form, Option> best, Map<Form, String> notes) {
    if (original.layers().isEmpty()) {
      return "the image has no layers";
    }
    var sentence = new StringBuilder();
    if (chosen.form() == Form.ORIGINAL) {
      sentence.append("as the upstream sends it, ").append(figures(planning.seconds(original), original.bytes()));
    } else {
      sentence.append(chosen.form())
          .append(" form for ")
          .append(context.engineClass())
          .append(", ")
          .append(figures(planning.seconds(chosen), chosen.bytes()))
          .append(", where the original takes ")
          .append(figures(planning.seconds(original), original.bytes()));
      var unreadable = notes.get(Form.ORIGINAL);
      if (unreadable != null) {
        sentence.append(", but ").append(unreadable);
      }
    }
    for (var form : Form.values()) {
      var option = best.get(form);
      var note = notes.get(form);
      if (form == Form.ORIGINAL || form == chosen.form() || option == null && note == null) {
        continue;
      }
      sentence.append("; ").append(form).append(" form");
      if (option != null) {
        sentence.append(" ").append(figures(planning.seconds(option), option.bytes()));
      }
      if (note != null) {
        sentence.append(option == null ? ": " : ", ").append(note);
      }
    }
    if (!link.certain()) {
      sentence.append(" (")
          .append(uncertainty(link))
          .append("; ")
          .append(context.objective() == Objective.LATENCY
              ? "least regret over that range, "
              : "")
          .append("seconds are for its middle)");
    }
    return sentence.toString();
  }

  static String layer(Candidate chosen, Candidate original) {
    var figures = figures(chosen.totalSeconds(0) - chosen.waitSeconds(), chosen.bytes());
    if (chosen.form() == Form.ORIGINAL) {
      return "as the upstream stores it (" + chosen.encoding().family().token() + "), " + figures;
    }
    var sentence = chosen.encoding() + (chosen.form() == Form.PLAIN ? " of the plain layer, " : " layer, ") + figures
        + ", where the original takes " + figures(original.totalSeconds(0), original.bytes());
    return chosen.there() ? sentence : sentence + "; still to be made";
  }

  static String uncertainty(Link.Range link) {
    return (link.bandwidthMeasured()
        ? "bandwidth known only to lie between "
        : "bandwidth unknown, taken to lie between ")
        + rate(link.lowMbps()) + " and " + rate(link.highMbps()) + " Mbit/s";
  }

  static String tooLittle(double leastGain) {
    return String.format(Locale.ROOT, "gains less than %.0f %%", leastGain * 100);
  }

  private static String figures(double seconds, long bytes) {
    return seconds(seconds) + " and " + bytes(bytes);
  }

  private static String seconds(double seconds) {
    return seconds < 1 ? Math.round(seconds * 1000) + " ms" : String.format(Locale.ROOT, "%.2f s", seconds);
  }

  private static String bytes(long bytes) {
    return bytes < 100_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static String rate(double mbps) {
    return mbps < 10 ? String.format(Locale.ROOT, "%.1f", mbps) : String.valueOf(Math.round(mbps));
  }
}
