/** The vocabulary of CTS: ids, profiles, encodings, forms, plans, events and topics. No I/O, no framework. */
@NullMarked
package io.cts.contract;

import org.jspecify.annotations.NullMarked;
