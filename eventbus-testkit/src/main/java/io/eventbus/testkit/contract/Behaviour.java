package io.eventbus.testkit.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

/**
 * A test that proves one behaviour of the contract. A behaviour keeps its number for ever. The number also stands in a
 * {@link org.junit.jupiter.api.Tag} beside it, so that one behaviour can be run alone.
 *
 * <p>It is not called {@code Contract} because null checkers read any annotation of that name as one of theirs.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
public @interface Behaviour {

    /** The number, for example {@code C049}. */
    String value();
}
