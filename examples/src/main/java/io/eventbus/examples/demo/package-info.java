/** The demo: publishes events, consumes them in order per aggregate and proves from a ledger what arrived. */
@NullMarked
package io.eventbus.examples.demo;

import org.jspecify.annotations.NullMarked;
