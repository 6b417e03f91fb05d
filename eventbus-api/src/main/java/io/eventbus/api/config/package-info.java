/** Typed reading of settings, shared by everything that can be configured from properties and the environment. */
@NullMarked
package io.eventbus.api.config;

import org.jspecify.annotations.NullMarked;
