/** What an adapter implements: {@link io.eventbus.api.spi.Transport} and the small types that cross its edge. */
@NullMarked
package io.eventbus.api.spi;

import org.jspecify.annotations.NullMarked;
