/**
 * Bad input tried by machine: seeded, structure-aware mutations of valid messages against a decoder, with bounds on what may escape, on memory
 * and on time, and a corpus of what was found. The seam is {@link io.eventbus.testkit.fuzz.Fuzzer}.
 */
@NullMarked
package io.eventbus.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
