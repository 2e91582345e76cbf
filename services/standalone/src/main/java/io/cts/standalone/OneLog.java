package io.cts.standalone;

import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** One log for all services of a process: each would otherwise set logging up anew, while the others write. */
final class OneLog {

  private OneLog() {}

  static void start(Path file) {
    System.setProperty("CTS_LOG", file.toString()); // which logback.xml reads
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // Tomcat logs by java.util.logging
    SLF4JBridgeHandler.install();
    LoggerFactory.getLogger(OneLog.class).info("starting");
  }
}
