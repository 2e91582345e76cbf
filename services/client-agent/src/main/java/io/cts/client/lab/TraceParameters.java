package io.cts.client.lab;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The figures that a generated trace is made of; {@code eviction-trace.properties} cites each. */
record TraceParameters(Properties figures) {

  /** A share of the whole, a speed, and what else the line says. */
  record Kind(String name, double share, double mbps, String more) {}

  /** The share {@code quantile} of all layers is no larger than {@code bytes}. */
  record SizeQuantile(double quantile, double bytes) {}

  static TraceParameters checkedIn() {
    var figures = new Properties();
    try (var text = TraceParameters.class.getResourceAsStream("eviction-trace.properties")) {
      if (text == null) {
        throw new IllegalStateException("eviction-trace.properties is missing beside " + TraceParameters.class);
      }
      figures.load(new InputStreamReader(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("eviction-trace.properties cannot be read", e);
    }
    return new TraceParameters(figures);
  }

  double number(String name) {
    return Double.parseDouble(text(name));
  }

  int count(String name) {
    return Integer.parseInt(text(name));
  }

  List<Kind> kinds(String name) {
    var kinds = new ArrayList<Kind>();
    for (var kind : text(name).split(" ")) {
      var parts = kind.split(":", -1);
      kinds.add(new Kind(parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]), parts[3]));
    }
    return kinds;
  }

  List<SizeQuantile> layerSizes() {
    var quantiles = new ArrayList<SizeQuantile>();
    for (var quantile : text("layer.quantiles").split(" ")) {
      var parts = quantile.split(":", -1);
      quantiles.add(new SizeQuantile(Double.parseDouble(parts[0]), Double.parseDouble(parts[1])));
    }
    return quantiles;
  }

  private String text(String name) {
    var text = figures.getProperty(name);
    if (text == null) {
      throw new IllegalStateException("eviction-trace.properties does not say " + name);
    }
    return text;
  }
}
