package io.eventbus.examples.shared;

import com.google.inject.BindingAnnotation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Marks the bus on NATS. */
@BindingAnnotation
@Retention(RetentionPolicy.RUNTIME)
public @interface OnNats {}
