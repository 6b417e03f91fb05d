/** The shortest complete application. */
@NullMarked
package io.eventbus.examples.quickstart;

import org.jspecify.annotations.NullMarked;
