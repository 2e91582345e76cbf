package io.cts.feedback.outcomes;

import io.cts.contract.Event;
import io.cts.contract.ImageProfiled;
import io.cts.contract.NodeProfiled;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReported;
import io.cts.contract.TransferObserved;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Notes what was predicted and what it took. Whatever comes again changes nothing. */
public class Outcomes {
  private final Transfers transfers;
  private final Reports reports;
  private final Plans plans;
  private final Profiles profiles;
  private final Layers layers;

  Outcomes(Transfers transfers, Reports reports, Plans plans, Profiles profiles, Layers layers) {
    this.transfers = transfers;
    this.reports = reports;
    this.plans = plans;
    this.profiles = profiles;
    this.layers = layers;
  }

  public void transfers(List<TransferObserved> observed) {
    store(observed, transfers, TransferRow::new);
  }

  public void reports(List<PullReported> reported) {
    store(reported, reports, ReportRow::new);
  }

  public void profiled(NodeProfiled profiled) {
    store(List.of(profiled), profiles, ProfileRow::new);
  }

  private static <E extends Event, R extends ObservedRow> void store(List<E> events, ObservedRows<R> rows,
      Function<E, R> row) {
    var fresh = new LinkedHashMap<UUID, R>();
    events.forEach(event -> fresh.computeIfAbsent(event.id().value(), _ -> row.apply(event)));
    rows.stored(fresh.keySet()).forEach(fresh::remove);
    rows.saveAll(fresh.values());
  }

  public void planned(PullPlanned planned) {
    var plan = new PlanRow(planned);
    if (plans.findById(planned.pull().value()).map(stored -> stored.isOlderThan(plan)).orElse(true)) {
      plans.save(plan);
    }
  }

  public void imageProfiled(ImageProfiled image) {
    image.layers()
        .forEach(layer -> layers.seen(layer.diffId().toString(), layer.sizeBytes(), layer.storedSizeBytes(),
            image.at()));
  }

  /** Removes what is older; of each node, the newest profile stays. */
  public void forgetBefore(Instant oldest) {
    transfers.forgetBefore(oldest);
    reports.forgetBefore(oldest);
    plans.forgetBefore(oldest);
    layers.forgetBefore(oldest);
    profiles.forgetBefore(oldest);
  }
}
