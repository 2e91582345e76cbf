@NullMarked
package io.cts.client.demo;

import org.jspecify.annotations.NullMarked;
