package io.cts.client.lab;

import java.time.Instant;

/**
 * One request for a stored thing.
 *
 * @param key names what is stored: a blob, or a layer in an encoding
 * @param bytes that it takes in the store
 * @param seconds that the client is spared when it is there
 */
record Access(Instant at, String key, long bytes, double seconds) {}
