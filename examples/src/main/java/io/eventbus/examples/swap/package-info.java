/** The broker swap: two applications that differ in one line. */
@NullMarked
package io.eventbus.examples.swap;

import org.jspecify.annotations.NullMarked;
