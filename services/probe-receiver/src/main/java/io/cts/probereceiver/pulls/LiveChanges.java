package io.cts.probereceiver.pulls;

import io.cts.contract.PullId;
import io.cts.probereceiver.door.Problem;
import io.cts.probereceiver.door.Refused;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Sends the changes of pulls to those who follow them. It reads them from the database, since another process may have
 * written them: one query for all followers, and none while there are none.
 */
@Component
class LiveChanges implements SmartLifecycle {
  private static final int MOST_FOLLOWERS = 500;
  /** A comment that often finds connections that died silently, and keeps proxies from closing quiet ones. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final PullStore pulls;
  private final Clock clock;
  private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
  private volatile boolean running;

  LiveChanges(PullStore pulls, Clock clock) {
    this.pulls = pulls;
    this.clock = clock;
  }

  /** Guarded by itself. */
  private static final class Follower {
    final PullId pull;
    final SseEmitter emitter = new SseEmitter(0L);
    int lastStep;
    Instant heardAt;

    Follower(PullId pull, int lastStep, Instant heardAt) {
      this.pull = pull;
      this.lastStep = lastStep;
      this.heardAt = heardAt;
    }
  }

  /** All changes after {@code afterStep}, then those to come, until the pull's end. */
  SseEmitter follow(PullId pull, int afterStep) {
    if (followers.size() >= MOST_FOLLOWERS) {
      throw new Refused(Problem.TOO_MANY, "tried to follow pull " + pull + ", but " + MOST_FOLLOWERS
          + " connections follow pulls here already: ask GET /v1/pulls/" + pull + " now and then instead");
    }
    var follower = new Follower(pull, afterStep, clock.instant());
    followers.add(follower);
    follower.emitter.onCompletion(() -> followers.remove(follower));
    follower.emitter.onError(broken -> followers.remove(follower));
    send(follower, pulls.changes(List.of(pull)));
    return follower.emitter;
  }

  @Scheduled(fixedDelayString = "${cts.probe-receiver.live-every}")
  void sendChanges() {
    if (followers.isEmpty()) {
      return;
    }
    var followed = followers.stream().map(follower -> follower.pull).collect(Collectors.toSet());
    var changes = pulls.changes(followed).stream().collect(Collectors.groupingBy(PullChange::pull));
    for (var follower : followers) {
      send(follower, changes.getOrDefault(follower.pull, List.of()));
    }
  }

  private void send(Follower follower, List<PullChange> changes) {
    synchronized (follower) {
      try {
        for (var change : changes) {
          if (change.step() > follower.lastStep) {
            follower.emitter.send(
                SseEmitter.event().id(Integer.toString(change.step())).name("state").data(change));
            follower.lastStep = change.step();
            follower.heardAt = clock.instant();
          }
        }
        if (!changes.isEmpty() && changes.getLast().end()) {
          followers.remove(follower);
          follower.emitter.complete();
        } else if (follower.heardAt.plus(HEARTBEAT).isBefore(clock.instant())) {
          follower.emitter.send(SseEmitter.event().comment("waiting"));
          follower.heardAt = clock.instant();
        }
      } catch (IOException | IllegalStateException gone) {
        followers.remove(follower); // the container tells the emitter itself
      }
    }
  }

  int following() {
    return followers.size();
  }

  @Override
  public void start() {
    running = true;
  }

  /** Before the web server waits for open requests: those who follow a pull would hold it up. */
  @Override
  public void stop() {
    running = false;
    followers.forEach(follower -> follower.emitter.complete());
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
