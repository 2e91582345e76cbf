package io.cts.messaging;

import org.springframework.context.annotation.Configuration;

/** Builds what a service needs to speak through topics; imported by each service. */
@Configuration(proxyBeanMethods = false)
public class MessagingConfiguration {}
