package dev.ssebridge.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Makes one class of tests into one for each way and each wire, and says in a failure which it was:
 * a report of Maven names only its number. The classes run one after another.
 */
final class WaysExtension implements ClassTemplateInvocationContextProvider {
  private static final Invocation FIRST = new Invocation(Way.STRAIGHT_AUTO, Wire.HTTP_1);

  private static volatile Invocation current = FIRST;

  static Way current() {
    return current.way;
  }

  static Wire currentWire() {
    return current.wire;
  }

  @Override
  public boolean supportsClassTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
      ExtensionContext context) {
    Ways ways = context.getRequiredTestClass().getAnnotation(Ways.class);
    Wires wires = context.getRequiredTestClass().getAnnotation(Wires.class);
    return Stream.concat(
        ways == null
            ? Stream.of()
            : Arrays.stream(ways.value()).map(way -> new Invocation(way, Wire.HTTP_1)),
        wires == null
            ? Stream.of()
            : Arrays.stream(wires.value()).map(wire -> new Invocation(Way.STRAIGHT_AUTO, wire)));
  }

  private record Invocation(Way way, Wire wire) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return (wire == Wire.HTTP_1 ? way.name() : wire.name()).toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      BeforeClassTemplateInvocationCallback begin = context -> current = this;
      AfterClassTemplateInvocationCallback end = context -> current = FIRST;
      TestExecutionExceptionHandler failure = (context, e) -> fail(e);
      return List.of(begin, end, failure);
    }

    private void fail(Throwable e) throws Throwable {
      if (e instanceof TestAbortedException) {
        throw e;
      }
      AssertionError named =
          new AssertionError("on " + way + " over " + wire + ": " + e.getMessage(), e);
      named.setStackTrace(e.getStackTrace());
      throw named;
    }
  }
}
