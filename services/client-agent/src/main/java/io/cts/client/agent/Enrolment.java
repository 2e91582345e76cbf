package io.cts.client.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.cts.contract.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who this agent is to CTS, and what it says to hold: with both CTS may send a layer as its difference to others. Both are
 * settled in the background; until then layers come as they always do.
 */
final class Enrolment {
  private static final String HEADER = "CTS-Agent";
  private static final int MOST_LAYERS = 4096;
  private static final long BEFORE_TRYING_AGAIN_SECONDS = 60;
  private static final long GATHERING_MILLIS = 500;

  private final CtsLink cts;
  private final LayerStore store;
  private final Path file;
  private final AgentLog log;
  private final LinkedBlockingQueue<Boolean> changes = new LinkedBlockingQueue<>(1);

  /** As CTS gives it, and as it lies in the store's folder: {@code {"agent": "…", "token": "…"}}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Identity(String agent, String token) {}

  private record Inventory(List<Digest> layers) {}

  Enrolment(CtsLink cts, LayerStore store, Path folder, AgentLog log) {
    this.cts = cts;
    this.store = store;
    this.file = folder.resolve("agent.json");
    this.log = log;
  }

  void start() {
    store.whenChanged(this::inventoryChanged);
    Thread.ofVirtual().name("enrolment").start(this::run);
    inventoryChanged();
  }

  private void inventoryChanged() {
    changes.offer(true);
  }

  private void run() {
    try {
      while (true) {
        try {
          enrol();
          tellAsItChanges();
        } catch (IOException | JacksonException e) {
          log.say("no deltas for now: " + e.getMessage());
          inventoryChanged(); // what was not told is told when CTS is back
          TimeUnit.SECONDS.sleep(BEFORE_TRYING_AGAIN_SECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void enrol() throws IOException {
    var known = Files.exists(file) ? JsonMapper.shared().readValue(Files.readString(file), Identity.class) : null;
    cts.identify(HEADER, (known != null ? known : enrolled()).token);
  }

  private Identity enrolled() throws IOException {
    try (var reply = cts.ask("POST", at("v1/agents"), Map.of())) {
      if (reply.status() != 201) {
        throw new IOException("tried to enrol at " + cts.registry() + " but it answered " + reply.status());
      }
      var identity = JsonMapper.shared().readValue(reply.body(), Identity.class);
      var part = file.resolveSibling("agent.json.new");
      Files.deleteIfExists(part);
      Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(part, JsonMapper.shared().writeValueAsBytes(identity));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      return identity;
    }
  }

  private URI at(String path) {
    return cts.registry().resolve(path);
  }

  private void tellAsItChanges() throws IOException, InterruptedException {
    while (true) {
      changes.take();
      Thread.sleep(GATHERING_MILLIS);
      changes.clear();
      var layers = store.bases().stream().limit(MOST_LAYERS).toList();
      var body = JsonMapper.shared().writeValueAsString(new Inventory(layers)).getBytes(StandardCharsets.UTF_8);
      try (var reply = cts.send("PUT", at("v1/agents/inventory"), Map.of("Content-Type", "application/json"), body)) {
        if (reply.status() == 401) {
          Files.deleteIfExists(file); // CTS lost its memory: the next round enrols anew
        }
        if (reply.status() != 204) {
          throw new IOException("CTS at " + cts.registry() + " answered the inventory with " + reply.status());
        }
      }
    }
  }
}
