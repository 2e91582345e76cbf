/**
 * The agent: a mirror on loopback that any engine pulls through. {@link io.cts.client.agent.AgentCommand} is the way in.
 */
@NullMarked
package io.cts.client.agent;

import org.jspecify.annotations.NullMarked;
