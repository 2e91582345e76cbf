package io.cts.cache;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** One of several cache processes over one database and one store; they share this JVM and nothing else in it. */
record CacheProcess(ConfigurableApplicationContext context, int port) implements AutoCloseable {

  static CacheProcess start(String instance, TestRegistry upstream, String... more) {
    var arguments = new ArrayList<>(List.of("--server.port=0", "--CTS_INSTANCE=" + instance,
        "--cts.cache.public-upstreams=false", "--cts.cache.tag-freshness=0s", "--cts.cache.learn-every=200ms",
        "--cts.cache.upstreams[0].name=test.local", "--cts.cache.upstreams[0].url=" + upstream.url(),
        "--spring.datasource.hikari.connection-timeout=500"));
    arguments.addAll(List.of(more));
    var context = CacheService.application().registerShutdownHook(false).run(arguments.toArray(String[]::new));
    var server = ((WebServerApplicationContext) context).getWebServer();
    if (server == null) {
      throw new IllegalStateException("the cache has a web server");
    }
    return new CacheProcess(context, server.getPort());
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  @Override
  public void close() {
    context.close();
  }
}
