/**
 * Between envelopes and what stands on the wire: the JSON and the binary form, header escaping, compression, dead letters. Pure functions;
 * the seam is {@link io.eventbus.core.wire.WireCodec}. The format itself is described in {@code docs/wire-format.md}.
 */
@NullMarked
package io.eventbus.core.wire;

import org.jspecify.annotations.NullMarked;
