package io.cts.client.lab;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Makes a trace by playing a site: repositories of unequal popularity are updated now and then, and nodes pull what they
 * do not hold. The same seed gives the same trace.
 */
final class GeneratedTrace {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** A layer as the upstream has it. */
  private record Layer(int id, long gzipBytes) {}

  /** What one kind of client takes of a layer. */
  private record Variant(String encoding, double ratio, double decodeMBps) {}

  private static final class Repository {
    final int base;
    final TraceParameters.Kind upstream;
    final double daysBetweenUpdates;
    List<Layer> own = List.of();
    double nextUpdate;

    Repository(int base, TraceParameters.Kind upstream, double daysBetweenUpdates) {
      this.base = base;
      this.upstream = upstream;
      this.daysBetweenUpdates = daysBetweenUpdates;
    }
  }

  private final TraceParameters parameters;
  private final Random random;
  private final List<TraceParameters.SizeQuantile> sizes;
  private final List<Repository> repositories = new ArrayList<>();
  private final List<List<Layer>> bases = new ArrayList<>();
  private final double[] basesUpdated;
  private final List<TraceParameters.Kind> clients;
  private final Map<String, Variant> variants = new HashMap<>();
  private final List<Access> accesses = new ArrayList<>();
  private int layers;

  private GeneratedTrace(TraceParameters parameters, long seed) {
    this.parameters = parameters;
    this.random = new Random(seed);
    this.sizes = parameters.layerSizes();
    this.clients = parameters.kinds("clients");
    this.basesUpdated = new double[parameters.count("bases")];
    for (var client : clients) {
      var encoding = client.more();
      variants.put(encoding,
          new Variant(encoding, parameters.number("ratio." + encoding), parameters.number("decode." + encoding)));
    }
  }

  static AccessTrace of(TraceParameters parameters, long seed) {
    var generated = new GeneratedTrace(parameters, seed);
    generated.build();
    generated.play();
    return new AccessTrace("generated, seed " + seed + ", from eviction-trace.properties (published figures where there"
        + " are any, assumptions where not)", false, generated.accesses);
  }

  private void build() {
    for (var base = 0; base < basesUpdated.length; base++) {
      bases.add(newLayers(parameters.count("base.layers")));
      basesUpdated[base] = random.nextDouble() * parameters.number("update.days.base");
    }
    var count = parameters.count("repositories");
    var baseChoice = new Zipf(basesUpdated.length, parameters.number("bases.zipf"));
    var busy = count * parameters.number("update.busy.share");
    for (var rank = 0; rank < count; rank++) {
      var days = parameters.number(rank < busy ? "update.days.busy" : "update.days.other");
      var repository = new Repository(baseChoice.draw(random), drawn(parameters.kinds("upstreams")), days);
      var ownLayers = random.nextInt(parameters.count("layers.least"), parameters.count("layers.most") + 1)
          - parameters.count("base.layers");
      repository.own = newLayers(ownLayers);
      repository.nextUpdate = random.nextDouble() * days;
      repositories.add(repository);
    }
  }

  private void play() {
    var popularity = new Zipf(repositories.size(), parameters.number("popularity.zipf"));
    var nodes = parameters.count("nodes");
    var held = new ArrayList<Set<Integer>>();
    for (var node = 0; node < nodes; node++) {
      held.add(new HashSet<>());
    }
    var perDay = parameters.number("pulls.per.day");
    for (var day = 0.0; day < parameters.number("days"); day += -Math.log(1 - random.nextDouble()) / perDay) {
      var repository = repositories.get(popularity.draw(random));
      update(repository, day);
      var empty = random.nextDouble() < parameters.number("pulls.empty.nodes");
      var node = random.nextInt(nodes);
      // a node is of one kind for ever; an empty one may be of any
      var client = empty ? drawn(clients) : clients.get(node % clients.size());
      pull(repository, client, empty ? new HashSet<>() : held.get(node), day);
    }
  }

  private void update(Repository repository, double day) {
    var base = repository.base;
    if (day >= basesUpdated[base]) {
      bases.set(base, newLayers(parameters.count("base.layers")));
      basesUpdated[base] = day + parameters.number("update.days.base") * (0.5 + random.nextDouble());
      // every image on a renewed base is built anew
      repositories.stream().filter(other -> other.base == base).forEach(other -> other.own = renewed(other.own, 0));
    }
    if (day >= repository.nextUpdate) {
      repository.own = renewed(repository.own, random.nextInt(repository.own.size()));
      repository.nextUpdate = day + repository.daysBetweenUpdates * (0.5 + random.nextDouble());
    }
  }

  /** A build repeats every step after the first that changed, to layers of about the same size. */
  private List<Layer> renewed(List<Layer> before, int firstChanged) {
    var after = new ArrayList<>(before.subList(0, firstChanged));
    for (var layer : before.subList(firstChanged, before.size())) {
      after.add(new Layer(layers++, Math.max(1, (long) (layer.gzipBytes() * (0.9 + 0.2 * random.nextDouble())))));
    }
    return after;
  }

  private void pull(Repository repository, TraceParameters.Kind client, Set<Integer> held, double day) {
    var at = START.plusMillis((long) (day * 86_400_000));
    for (var layer : bases.get(repository.base)) {
      request(layer, repository, client, held, at);
    }
    for (var layer : repository.own) {
      request(layer, repository, client, held, at);
    }
  }

  private void request(Layer layer, Repository repository, TraceParameters.Kind client, Set<Integer> held, Instant at) {
    if (!held.add(layer.id())) {
      return;
    }
    var variant = variants.get(client.more());
    var original = variants.get("gzip");
    if (variant == null || original == null) {
      throw new IllegalStateException("eviction-trace.properties has no client that takes gzip");
    }
    var bytes = Math.max(1, (long) (layer.gzipBytes() * variant.ratio()));
    var seconds = variant == original
        ? refetchSeconds(layer, repository.upstream, client)
        : Math.max(0, clientSeconds(layer, original, client) - clientSeconds(layer, variant, client));
    accesses.add(new Access(at, layer.id() + "/" + variant.encoding(), bytes, seconds));
  }

  /** What a client waits longer when its bytes come through from the upstream: only as far as that is the slower link. */
  private static double refetchSeconds(Layer layer, TraceParameters.Kind upstream, TraceParameters.Kind client) {
    var megabits = layer.gzipBytes() * 8 / 1e6;
    return Double.parseDouble(upstream.more()) + megabits / Math.min(upstream.mbps(), client.mbps())
        - megabits / client.mbps();
  }

  private double clientSeconds(Layer layer, Variant variant, TraceParameters.Kind client) {
    return layer.gzipBytes() * variant.ratio() * 8 / 1e6 / client.mbps()
        + layer.gzipBytes() * parameters.number("plain.ratio") / 1e6 / variant.decodeMBps();
  }

  private List<Layer> newLayers(int count) {
    var made = new ArrayList<Layer>();
    for (var i = 0; i < count; i++) {
      made.add(new Layer(layers++, drawnSize()));
    }
    return made;
  }

  /** Between two quantiles, sizes are spread evenly over the magnitudes. */
  private long drawnSize() {
    var quantile = random.nextDouble();
    var above = 1;
    while (sizes.get(above).quantile() < quantile) {
      above++;
    }
    var low = sizes.get(above - 1);
    var high = sizes.get(above);
    var part = (quantile - low.quantile()) / (high.quantile() - low.quantile());
    return (long) Math.exp(Math.log(low.bytes()) + part * (Math.log(high.bytes()) - Math.log(low.bytes())));
  }

  private TraceParameters.Kind drawn(List<TraceParameters.Kind> kinds) {
    var share = random.nextDouble() * kinds.stream().mapToDouble(TraceParameters.Kind::share).sum();
    for (var kind : kinds) {
      share -= kind.share();
      if (share < 0) {
        return kind;
      }
    }
    return kinds.getLast();
  }

  /** Ranks from 0, the rank r drawn with a probability proportional to 1 / (r + 1)^exponent. */
  private static final class Zipf {
    private final double[] cumulated;

    Zipf(int count, double exponent) {
      cumulated = new double[count];
      var sum = 0.0;
      for (var rank = 0; rank < count; rank++) {
        sum += Math.pow(rank + 1, -exponent);
        cumulated[rank] = sum;
      }
    }

    int draw(Random random) {
      var found = java.util.Arrays.binarySearch(cumulated, random.nextDouble() * cumulated[cumulated.length - 1]);
      return Math.min(cumulated.length - 1, found >= 0 ? found : -found - 1);
    }
  }
}
