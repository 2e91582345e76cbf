package io.cts.standalone;

/** What a person needs to know once CTS is up. */
final class Hints {

  private Hints() {}

  /** @param kafka where its clients connect */
  static String of(Settings settings, String kafka) {
    return """
        registry  http://%1$s
        API       http://localhost:%2$d  (described at /v3/api-docs)
        Kafka     %3$s
        logs      %4$s

        pull through it by name:
          docker pull %1$s/docker.io/library/nginx
          podman pull --tls-verify=false %1$s/quay.io/org/app:1

        or make it a mirror, which engines do without while it is away:
          docker (docker.io only), in /etc/docker/daemon.json:
            {"registry-mirrors": ["http://%1$s"]}

          containerd, in /etc/containerd/certs.d/docker.io/hosts.toml, and so for other registries:
            [host."http://%1$s"]
              capabilities = ["pull", "resolve"]
              dial_timeout = "1s"

          podman, in /etc/containers/registries.conf, and so for other registries:
            [[registry]]
            prefix = "docker.io"
            location = "docker.io"
            [[registry.mirror]]
            location = "%1$s/docker.io"
            insecure = true

        announce an image before it is pulled:
          ./cts pulls submit docker.io/library/nginx --wait
        """.formatted("localhost:" + settings.registryPort(), settings.apiPort(), kafka,
        settings.data().resolve("cts.log"));
  }
}
