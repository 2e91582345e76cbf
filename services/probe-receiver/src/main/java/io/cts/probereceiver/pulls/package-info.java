/** Pulls: their submission, their states, and the story of each as the topics tell it. */
@NullMarked
package io.cts.probereceiver.pulls;

import org.jspecify.annotations.NullMarked;
