/** Orders kept with JPA, here Hibernate. */
@NullMarked
package io.eventbus.examples.outbox.jpa;

import org.jspecify.annotations.NullMarked;
