package dev.ssebridge.internal.eventstream;

import java.util.List;
import java.util.regex.Pattern;

/**
 * By what a trace is known (W3C Trace Context): headers of messages on the event bus, and own
 * fields of events, of the same names. Not {@code baggage}, which may say more than everybody may
 * know.
 */
public final class TraceFields {
  /** The trace, and the span that the next one belongs to. */
  public static final String PARENT = "traceparent";

  /** What vendors of tracing add. */
  public static final String STATE = "tracestate";

  /** All names. */
  public static final List<String> ALL = List.of(PARENT, STATE);

  /** W3C Trace Context, section 3.2.2; versions to come may have more behind. */
  private static final Pattern TRACE =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.{0,64})?");

  /** Section 3.3.1.1: this number of characters has to be passed on. */
  private static final int LONGEST_STATE = 512;

  private TraceFields() {}

  /** Whether this names a trace. */
  public static boolean isTrace(String parent) {
    return TRACE.matcher(parent).matches();
  }

  /** Whether a header of this name may be passed on with this value, as far as it is of traces. */
  public static boolean isFit(String name, String value) {
    return switch (name) {
      case PARENT -> isTrace(value);
      case STATE -> isState(value);
      default -> true;
    };
  }

  /** Whether this may stand beside it. */
  public static boolean isState(String state) {
    return state.length() <= LONGEST_STATE;
  }
}
