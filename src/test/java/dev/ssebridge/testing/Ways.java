package dev.ssebridge.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs all tests of a class once for each of these ways, which {@link BridgeFixture} and {@link
 * BridgeServer} then take; the name of the way is part of the names of the tests.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(WaysExtension.class)
public @interface Ways {
  /** Which; all of them if nothing is said. */
  Way[] value() default {
    Way.STRAIGHT_AUTO, Way.STRAIGHT_PUBLIC, Way.ROUTED_AUTO, Way.ROUTED_PUBLIC
  };
}
