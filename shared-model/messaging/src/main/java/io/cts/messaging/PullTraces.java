package io.cts.messaging;

import io.cts.contract.PullId;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One OpenTelemetry trace a pull, over all services. The trace's id <em>is</em> the pull's id, and its first span's id
 * follows from it: so a step belongs to its pull's trace wherever and whenever it is done, also after rows in a database
 * and other pulls' events lay between. Nothing is recorded unless an exporter is given; what a step logs carries the
 * pull's id all the same. Thread-safe.
 */
public final class PullTraces implements AutoCloseable {
  private static final String IN_LOG_LINES = "pull";
  private static final ScopedValue<PullId> FIRST_OF = ScopedValue.newInstance();
  private static final Duration TO_SEND_THE_REST = Duration.ofSeconds(2);

  private final Tracer tracer;
  private final @Nullable SdkTracerProvider provider;

  /**
   * @param service as traces name it
   * @param exporter where spans go, which this closes; none are made if it is absent
   */
  PullTraces(String service, @Nullable SpanExporter exporter) {
    if (exporter == null) {
      provider = null;
      tracer = OpenTelemetry.noop().getTracer("io.cts");
    } else {
      provider = SdkTracerProvider.builder()
          .setResource(Resource.getDefault()
              .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "cts-" + service))))
          .setIdGenerator(new Ids())
          .addSpanProcessor(BatchSpanProcessor.builder(exporter).setScheduleDelay(Duration.ofSeconds(1)).build())
          .build();
      tracer = provider.get("io.cts");
    }
  }

  /** Records nothing; what steps log carries the pull's id all the same. */
  public static PullTraces off() {
    return new PullTraces("", null);
  }

  /** The span that the pull's trace begins with, of something that is over by now. Made once a pull. */
  public void first(PullId pull, String name, Instant began, Map<String, String> attributes) {
    ScopedValue.where(FIRST_OF, pull).run(() -> {
      var span = tracer.spanBuilder(name).setNoParent().setSpanKind(SpanKind.SERVER).setStartTimestamp(began);
      start(span, pull, attributes).end();
    });
  }

  /** A step of the pull that is over by now. */
  public void step(PullId pull, String name, Instant began, Map<String, String> attributes) {
    start(below(pull, name, SpanKind.INTERNAL).setStartTimestamp(began), pull, attributes).end();
  }

  /** Runs {@code work} as a step of the pull; what it throws is noted and passed on. */
  public void step(PullId pull, String name, Map<String, String> attributes, Runnable work) {
    step(below(pull, name, SpanKind.INTERNAL), pull, attributes, work);
  }

  /** Runs the handling of one of the pull's events as a step of the pull. */
  void handling(PullId pull, String topic, Runnable handler) {
    step(below(pull, "handle " + topic, SpanKind.CONSUMER), pull,
        Map.of("messaging.system", "kafka", "messaging.destination.name", topic), handler);
  }

  private static void step(SpanBuilder builder, PullId pull, Map<String, String> attributes, Runnable work) {
    var span = start(builder, pull, attributes);
    try (var _ = MDC.putCloseable(IN_LOG_LINES, pull.toString()); var _ = span.makeCurrent()) {
      work.run();
    } catch (RuntimeException e) {
      span.setStatus(StatusCode.ERROR, Causes.root(e));
      throw e;
    } finally {
      span.end();
    }
  }

  private SpanBuilder below(PullId pull, String name, SpanKind kind) {
    var first = SpanContext.createFromRemoteParent(traceId(pull), spanId(pull), TraceFlags.getSampled(),
        TraceState.getDefault());
    return tracer.spanBuilder(name).setParent(Context.root().with(Span.wrap(first))).setSpanKind(kind);
  }

  private static Span start(SpanBuilder span, PullId pull, Map<String, String> attributes) {
    attributes.forEach(span::setAttribute);
    return span.setAttribute("cts.pull", pull.toString()).startSpan();
  }

  private static String traceId(PullId pull) {
    return TraceId.fromLongs(pull.value().getMostSignificantBits(), pull.value().getLeastSignificantBits());
  }

  private static String spanId(PullId pull) {
    return SpanId.fromLong(pull.value().getLeastSignificantBits()); // never 0: it holds the UUID's variant
  }

  /** Sends what was recorded. */
  @Override
  public void close() {
    if (provider != null) {
      provider.shutdown().join(TO_SEND_THE_REST.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static final class Ids implements IdGenerator {
    private final IdGenerator random = IdGenerator.random();

    @Override
    public String generateTraceId() {
      return FIRST_OF.isBound() ? traceId(FIRST_OF.get()) : random.generateTraceId();
    }

    @Override
    public String generateSpanId() {
      return FIRST_OF.isBound() ? spanId(FIRST_OF.get()) : random.generateSpanId();
    }
  }
}
