package io.eventbus.testkit.contract;

import io.eventbus.api.Capability;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A behaviour that only adapters with a capability show. For any other adapter the test is not skipped: instead of its body the kit
 * asserts that what needs the capability is refused or absent as declared, and the report says {@code refused}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RequiresCapability {

    /** What the adapter must be able to do. */
    Capability value();
}
