package dev.ssebridge.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs all tests of a class once over each of these wires, in the first of the ways; a class that
 * has {@link Ways} runs in each of those over plain HTTP/1.1 beside. {@link BridgeFixture}, {@link
 * BridgeServer} and the probes of a bridge then take it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(WaysExtension.class)
public @interface Wires {
  /** Which; all but those with the TLS of the JVM if nothing is said. */
  Wire[] value() default {Wire.TLS_HTTP_1, Wire.TLS_HTTP_2, Wire.H2C};
}
