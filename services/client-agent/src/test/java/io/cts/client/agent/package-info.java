@NullMarked
package io.cts.client.agent;

import org.jspecify.annotations.NullMarked;
