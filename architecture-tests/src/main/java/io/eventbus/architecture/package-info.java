/** Architecture rules that an application can check its own classes with: {@link io.eventbus.architecture.EventBusRules}. */
@NullMarked
package io.eventbus.architecture;

import org.jspecify.annotations.NullMarked;
