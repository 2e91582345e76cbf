package io.cts.client.agent;

import io.cts.client.CommandFailed;
import io.cts.oci.Upstreams;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where each engine says which mirrors it pulls through, and what that becomes with the agent. */
enum EngineFiles {
  /** Has one file for everything: only the list of mirrors is touched. */
  DOCKER("/etc/docker/daemon.json",
      "reload docker (systemctl reload docker), which pulls docker.io through the agent then;"
          + " other registries by name, as in 127.0.0.1:65001/quay.io/org/app:1") {
    @Override
    @Nullable
    String with(@Nullable String before, URI mirror, Path file) throws CommandFailed {
      var root = parsed(before, file);
      var mirrors = root.withArray(MIRRORS);
      for (var known : mirrors) {
        if (known.asString("").equals(mirror.toString())) {
          return before;
        }
      }
      mirrors.insert(0, mirror.toString());
      return PRETTY.writeValueAsString(root) + "\n";
    }

    @Override
    @Nullable
    String without(@Nullable String before, URI mirror, Path file) throws CommandFailed {
      var root = parsed(before, file);
      if (before == null || !root.path(MIRRORS).isArray()) {
        return before;
      }
      var mirrors = root.withArray(MIRRORS);
      var count = mirrors.size();
      for (var i = count - 1; i >= 0; i--) {
        if (mirrors.get(i).asString("").equals(mirror.toString())) {
          mirrors.remove(i);
        }
      }
      if (mirrors.size() == count) {
        return before;
      }
      if (mirrors.isEmpty()) {
        root.remove(MIRRORS);
      }
      return root.isEmpty() ? null : PRETTY.writeValueAsString(root) + "\n";
    }
  },
  /** Has a file for each registry, and one for all others. */
  CONTAINERD("/etc/containerd/certs.d/_default/hosts.toml",
      "have containerd's config.toml name the folder, as in config_path"
          + " = \"/etc/containerd/certs.d\", and restart containerd if it did not before") {
    @Override
    String content(URI mirror) {
      return """
          [host."%s"]
            capabilities = ["pull", "resolve"]
          """.formatted(mirror);
    }
  },
  /** Has a folder of files; a mirror's path does not name the registry unless it is written there. */
  PODMAN("/etc/containers/registries.conf.d/50-cts-agent.conf", "pull: podman reads it each time") {
    @Override
    String content(URI mirror) {
      var text = new StringBuilder();
      for (var name : Upstreams.wellKnown().keySet()) {
        text.append("""
            [[registry]]
            location = "%s"
            [[registry.mirror]]
            location = "%s/%s"
            insecure = true
            """.formatted(name, mirror.getAuthority(), name));
      }
      return text.toString();
    }
  };

  private static final String MIRRORS = "registry-mirrors";
  private static final String MARK = "# written by \"cts agent install\", which takes it away with --undo\n";
  private static final JsonMapper PRETTY = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final String path;
  private final String then;

  EngineFiles(String path, String then) {
    this.path = path;
    this.then = then;
  }

  /** Absolute. */
  String path() {
    return path;
  }

  /** What remains to be done. */
  String then() {
    return then;
  }

  /** What a file of the agent's own holds. */
  String content(URI mirror) {
    throw new IllegalStateException(this + " has no file of the agent's own");
  }

  /** The file with the agent in it. */
  @Nullable
  String with(@Nullable String before, URI mirror, Path file) throws CommandFailed {
    own(before, file);
    return MARK + content(mirror);
  }

  /** The file without the agent; nothing where it goes. */
  @Nullable
  String without(@Nullable String before, URI mirror, Path file) throws CommandFailed {
    own(before, file);
    return null;
  }

  private static void own(@Nullable String before, Path file) throws CommandFailed {
    if (before != null && !before.startsWith(MARK)) {
      throw new CommandFailed(
          file + " is there and was not written by this command; add the agent to it by hand, or move"
              + " it away first");
    }
  }

  private static ObjectNode parsed(@Nullable String text, Path file) throws CommandFailed {
    try {
      return text == null || text.isBlank()
          ? PRETTY.createObjectNode()
          : (ObjectNode) PRETTY.readTree(text);
    } catch (JacksonException | ClassCastException e) {
      throw new CommandFailed("tried to read " + file + " but it is no JSON object (" + e.getMessage()
          + "); mend it first", e);
    }
  }
}
