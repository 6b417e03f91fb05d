/** Assembly and life of a bus: what holds the publishing and the consuming half together over one transport. */
@NullMarked
package io.eventbus.core;

import org.jspecify.annotations.NullMarked;
