/** The way out: publish window, order per aggregate while re-sending, and results on callback threads. */
@NullMarked
package io.eventbus.core.publish;

import org.jspecify.annotations.NullMarked;
