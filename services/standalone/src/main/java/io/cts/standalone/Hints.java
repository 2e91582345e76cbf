package io.cts.standalone;

/** What a person needs to know once CTS is up. */
final class Hints {

  private Hints() {}

  static String of(Settings settings, Standalone standalone) {
    var registry = "localhost:" + settings.registryPort();
    return """
        registry  http://%1$s
        API       http://localhost:%2$d  (described at /v3/api-docs)
        Kafka     %3$s
        logs      %4$s

        pull through it by name:
          docker pull %1$s/docker.io/library/nginx
          podman pull --tls-verify=false %1$s/quay.io/org/app:1
        or make it a mirror:
          docker      /etc/docker/daemon.json                       {"registry-mirrors": ["http://%1$s"]}
          containerd  /etc/containerd/certs.d/docker.io/hosts.toml  [host."http://%1$s"]
                                                                      capabilities = ["pull", "resolve"]
          podman      /etc/containers/registries.conf               [[registry]]
                                                                    location = "docker.io"
                                                                    [[registry.mirror]]
                                                                    location = "%1$s/docker.io"
                                                                    insecure = true
        announce an image before it is pulled:
          ./cts pulls submit docker.io/library/nginx --wait
        """.formatted(registry, settings.apiPort(), standalone.bootstrap(), settings.data().resolve("cts.log"));
  }
}
