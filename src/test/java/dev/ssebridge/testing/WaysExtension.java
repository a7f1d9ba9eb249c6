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
 * Makes one class of tests into one for each way, and says in a failure which it was: a report of
 * Maven names only its number. The classes run one after another.
 */
final class WaysExtension implements ClassTemplateInvocationContextProvider {
  private static volatile Way current = Way.STRAIGHT_AUTO;

  static Way current() {
    return current;
  }

  @Override
  public boolean supportsClassTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
      ExtensionContext context) {
    Ways ways = context.getRequiredTestClass().getAnnotation(Ways.class);
    return Arrays.stream(ways.value()).map(Invocation::new);
  }

  private record Invocation(Way way) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return way.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      BeforeClassTemplateInvocationCallback begin = context -> current = way;
      AfterClassTemplateInvocationCallback end = context -> current = Way.STRAIGHT_AUTO;
      TestExecutionExceptionHandler failure = (context, e) -> fail(e);
      return List.of(begin, end, failure);
    }

    private void fail(Throwable e) throws Throwable {
      if (e instanceof TestAbortedException) {
        throw e;
      }
      AssertionError named = new AssertionError("on " + way + ": " + e.getMessage(), e);
      named.setStackTrace(e.getStackTrace());
      throw named;
    }
  }
}
